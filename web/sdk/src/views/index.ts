/** What most programs show beside messages: the list of rooms with what is new in them, who is writing, who is there. */

export { People } from "./people.ts";
export { RoomList } from "./roomlist.ts";
