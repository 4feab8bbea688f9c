import type { HidCommand } from './hid/constants.js';

export interface CallOptions {
  /** Aborting cancels what the authenticator is doing; its answer is still awaited, so that it is idle afterwards. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called right before the last report of the message goes out: from then on the authenticator may act on it. Called
   * again when the message is sent again because the authenticator was busy.
   */
  readonly onSent?: (() => void) | undefined;
  /**
   * Called when the whole message has gone out, and again when it goes out again. What the caller does now takes no time
   * from anybody: the authenticator is at work.
   */
  readonly onWaiting?: (() => void) | undefined;
  /** Called when the authenticator's state changes: a value of `KeepaliveStatus`. */
  readonly onKeepalive?: ((status: number) => void) | undefined;
  /** Sends only while the transport's epoch is still this one, else rejects with EpochChanged. */
  readonly epoch?: number | undefined;
}

/** Messages to one authenticator, one at a time. `HidChannel` is the one over USB and UDP; tests record and replay. */
export interface Transport {
  /**
   * Sends one message and resolves with the payload of the answer.
   * Rejects with a TransportError. After an abort the answer of an authenticator that finished all the same is
   * returned like any other: what it did has happened. Where it does not say how a cancelled request ended, the code is
   * `unconfirmed`; the signal's reason is thrown only for a message that it has not taken.
   */
  call(command: HidCommand, payload: Uint8Array, options?: CallOptions): Promise<Uint8Array>;
  /**
   * Changes whenever the authenticator may have forgotten or been told something without us: another program's
   * traffic was seen, or the channel had to be opened anew. What was agreed in an earlier epoch must be agreed again.
   */
  readonly epoch: number;
  /** Whether other programs' traffic is seen at all: where it is not, an unchanged epoch says little. */
  readonly hearsOthers: boolean;
  close(): Promise<void>;
}

/** A message was not sent, because what it leans on was agreed in an earlier epoch. */
export class EpochChanged extends Error {
  override readonly name = 'EpochChanged';

  constructor() {
    super('The authenticator may have changed since');
  }
}
