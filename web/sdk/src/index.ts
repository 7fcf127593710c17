/** The client of Parlance's WebSocket protocol. `Client` is what programs use; README.md says how. */

export { Backoff } from "./backoff.ts";
export { Client, type ClientOptions, type ClientState, type SendOptions } from "./client.ts";
export { CloseCode } from "./closing.ts";
export type { ClientEvent, Connecting, Offline, OpenSocket } from "./connection.ts";
export { AccountError, ProtocolError, Refused, Stopped } from "./errors.ts";
export { Listeners } from "./listeners.ts";
export type { Request } from "./outbox.ts";
export type { Answer, Online, Refusal, RoomReset } from "./outputs.ts";
export type * from "./protocol.ts";
export type { RoomEvent } from "./reading.ts";
export { Timeline, type Entry } from "./timeline.ts";
export { Timelines, type Written } from "./timelines.ts";
export type { Credentials, Token } from "./tokens.ts";
