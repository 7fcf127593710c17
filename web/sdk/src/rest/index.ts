/** The REST side: accounts, tokens, and every call that the server knows. */

export { AccountError } from "../errors.ts";
export { Account, type AccountOptions } from "./account.ts";
export type * from "./api.ts";
export type { Input, Route } from "./call.ts";
