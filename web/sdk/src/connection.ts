/** A session on a WebSocket: connects, writes, reads, and connects again. */

import type { Backoff } from "./backoff.ts";
import { now } from "./clock.ts";
import { CloseCode, ReconnectPolicy } from "./closing.ts";
import { AccountError, ProtocolError } from "./errors.ts";
import type { Output, SessionEvent } from "./outputs.ts";
import { SUBPROTOCOL } from "./protocol.ts";
import type { Session } from "./session.ts";
import { TokenKeeper, type Credentials } from "./tokens.ts";

const CONNECT_SECONDS = 20;

/** A connection is being made. */
export interface Connecting {
  readonly type: "connecting";
}

/**
 * Not connected. `code` is the close code, `reason` a name for programs. Trying again in `retrySeconds`; null when the
 * client has stopped for good.
 */
export interface Offline {
  readonly type: "offline";
  readonly code: number;
  readonly reason: string;
  readonly retrySeconds: number | null;
}

/** Everything that a client tells of. */
export type ClientEvent = SessionEvent | Connecting | Offline;

/** Makes a WebSocket; that of the platform, unless a program brings another. */
export type OpenSocket = (url: string, protocol: string) => WebSocket;

/** Thin on purpose: what to say and when is the session's to decide, whether to come back is the policy's. */
export class Connection {
  readonly #policy: ReconnectPolicy;
  readonly #tokens: TokenKeeper;
  #socket: WebSocket | undefined;
  #tick: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** Counts attempts to connect, so that what was begun for an earlier one is known to be out of date. */
  #attempt = 0;
  #onlineAt: number | undefined;
  #pumping = false;

  constructor(
    private readonly url: string,
    credentials: Credentials,
    private readonly session: Session,
    private readonly backoff: Backoff,
    private readonly openSocket: OpenSocket,
    private readonly act: (event: ClientEvent) => void,
  ) {
    this.#policy = new ReconnectPolicy(backoff);
    this.#tokens = new TokenKeeper(credentials, now);
  }

  /** Connect, and stay connected. */
  async start(): Promise<void> {
    this.#release();
    const attempt = this.#attempt;
    this.act({ type: "connecting" });
    try {
      await this.#tokens.prepare();
      if (attempt === this.#attempt) this.#open();
    } catch (error) {
      if (attempt === this.#attempt) this.#endWithoutToken(error);
    }
  }

  /** Close the connection and make no other. */
  stop(): void {
    this.#release();
    this.session.disconnected();
  }

  /** The network or the person is back: connect now if waiting to, else make sure that the connection still works. */
  nudge(): void {
    if (this.#retry !== undefined) void this.start();
    else {
      this.session.probe(now());
      this.pump();
    }
  }

  /** Do what the session wants done now, and see to it again when it wants that. */
  pump(): void {
    if (this.#pumping) return; // called by a listener: the loop below sees what it did
    this.#pumping = true;
    this.session.tick(now());
    for (let outputs; (outputs = this.session.takeOutputs()).length; ) outputs.forEach(this.#carryOut);
    this.#pumping = false;
    for (const frame of this.session.takeFrames(now())) this.#socket?.send(frame);
    this.#schedule();
  }

  #open(): void {
    const socket = (this.#socket = this.openSocket(this.url, SUBPROTOCOL));
    this.#tick = setTimeout(() => {
      this.#end(CloseCode.LOST, "CONNECT_TIMEOUT");
    }, CONNECT_SECONDS * 1000);
    socket.onopen = () => {
      this.session.connected(this.#tokens.value, this.#tokens.renewSeconds, now());
      this.pump();
    };
    socket.onmessage = ({ data }) => {
      this.#receive(data);
    };
    socket.onclose = ({ code, reason }) => {
      this.#end(code, reason);
    };
    socket.onerror = ignore; // a close follows
  }

  #receive(data: unknown): void {
    if (typeof data !== "string") return;
    try {
      this.session.received(data, now());
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#end(CloseCode.MALFORMED, error.message);
      return;
    }
    this.pump();
  }

  /**
   * Set the timer anew, after every frame too: a browser lets a hidden page's chain of timers fire but once a minute,
   * which is too late for a heartbeat. A timer that is set when a frame comes in begins a new chain.
   */
  #schedule(): void {
    if (!this.#socket) return;
    clearTimeout(this.#tick);
    const seconds = this.session.nextTick - now();
    if (seconds < Infinity) {
      this.#tick = setTimeout(() => {
        this.pump();
      }, Math.ceil(Math.max(0, seconds) * 1000)); // rounded up, for a timer that is early has nothing to do
    }
  }

  readonly #carryOut = (output: Output): void => {
    switch (output.type) {
      case "drop":
        this.#end(output.code, output.reason);
        return;
      case "renew_token":
        void this.#renew(this.#attempt);
        return;
      case "online":
        this.#onlineAt = now();
    }
    this.act(output);
  };

  /** When there is no token to be had the server closes the connection in its time, and the next attempt tells why. */
  async #renew(attempt: number, failures = 1): Promise<void> {
    try {
      await this.#tokens.refresh();
      if (attempt !== this.#attempt) return;
      this.session.renew(this.#tokens.value, this.#tokens.renewSeconds, now());
      this.pump();
    } catch (error) {
      if (!isTemporary(error)) return;
      setTimeout(() => {
        if (attempt === this.#attempt) void this.#renew(attempt, failures + 1);
      }, this.backoff.delay(failures) * 1000);
    }
  }

  #endWithoutToken(error: unknown): void {
    if (isTemporary(error)) this.#end(CloseCode.LOST, error.message);
    else this.#end(CloseCode.FORBIDDEN, error instanceof AccountError ? error.reason : String(error));
  }

  #end(code: number, reason: string): void {
    const onlineSeconds = this.#onlineAt === undefined ? 0 : now() - this.#onlineAt;
    this.#release();
    this.session.disconnected();
    if (code === CloseCode.UNAUTHENTICATED) this.#tokens.forget();
    const retrySeconds = this.#policy.delayAfter(code, onlineSeconds);
    if (retrySeconds !== null) this.#retry = setTimeout(() => void this.start(), retrySeconds * 1000);
    this.act({ type: "offline", code, reason, retrySeconds });
  }

  /** Let go of the socket and the timers. What still comes of them is not heard. */
  #release(): void {
    this.#attempt += 1;
    clearTimeout(this.#tick);
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = this.#retry = this.#onlineAt = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

function isTemporary(error: unknown): error is AccountError {
  return error instanceof AccountError && error.temporary;
}

function ignore(): void {
  // nothing to do
}
