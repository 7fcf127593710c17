/** Who is writing, and who is there: what comes and goes by itself. */

import type { Client } from "../client.ts";
import type { ClientEvent } from "../connection.ts";
import { Listeners } from "../listeners.ts";
import type { Person } from "../protocol.ts";

/** Whoever has not said again that they are writing has stopped. */
const TYPING_SECONDS = 6;

/** Listeners are told at most this often: in a room full of people somebody always comes or goes. */
const TELL_SECONDS = 0.25;

interface Typist {
  readonly room: string;
  readonly person: Person;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** The people of a client's rooms, kept in step with what the client hears. */
export class People {
  readonly #typing = new Map<string, Typist>();
  readonly #online = new Set<string>();
  readonly #listeners = new Listeners();
  #willTell = false;

  constructor(client: Client) {
    client.listen(this.#see);
  }

  /** Hear of changes; returns how to stop. */
  readonly listen = this.#listeners.add;

  /** Who else is writing in a room, those who began first in front. */
  typing(room: string): Person[] {
    return [...this.#typing.values()].filter((typist) => typist.room === room).map(({ person }) => person);
  }

  /** Whether somebody is known to be connected. Members that were loaded are made known with `note`. */
  isOnline(userId: string): boolean {
    return this.#online.has(userId);
  }

  note(userId: string, online: boolean): void {
    if (online) this.#online.add(userId);
    else this.#online.delete(userId);
    this.#changed();
  }

  readonly #see = (event: ClientEvent): void => {
    switch (event.type) {
      case "typing":
        if (event.on) this.#began(event.room, event.user);
        else this.#stopped(event.room, event.user.id);
        break;
      case "message":
        this.#stopped(event.room, event.message.sender.id);
        break;
      case "presence":
        this.note(event.user.id, event.online);
        break;
      case "offline":
        this.#forget();
    }
  };

  #began(room: string, person: Person): void {
    const key = `${room} ${person.id}`;
    clearTimeout(this.#typing.get(key)?.timer);
    const timer = setTimeout(() => {
      this.#stopped(room, person.id);
    }, TYPING_SECONDS * 1000);
    this.#typing.set(key, { room, person, timer });
    this.#changed();
  }

  #stopped(room: string, userId: string): void {
    const key = `${room} ${userId}`;
    clearTimeout(this.#typing.get(key)?.timer);
    if (this.#typing.delete(key)) this.#changed();
  }

  /** Without a connection nothing is known of anybody. */
  #forget(): void {
    for (const { room, person } of this.#typing.values()) this.#stopped(room, person.id);
    this.#online.clear();
    this.#changed();
  }

  #changed(): void {
    if (this.#willTell) return;
    this.#willTell = true;
    setTimeout(() => {
      this.#willTell = false;
      this.#listeners.tell();
    }, TELL_SECONDS * 1000);
  }
}
