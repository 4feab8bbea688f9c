import type {
  Account,
  FingerprintRequest,
  Interaction,
  NewPinRequest,
  PinRequest,
} from '../../src/ctap/client/interaction.js';
import { encodePin } from '../../src/ctap/pin/pin.js';

/** Somebody at the key who gives the PINs of a list, one after the other, and remembers what they were asked. */
export class Person implements Interaction {
  readonly asked: { wrong: boolean; retries: number | undefined }[] = [];
  readonly askedForNew: Pick<NewPinRequest, 'minPinLength' | 'maxPinLength'>[] = [];
  readonly accounts: (readonly Account[])[] = [];
  /** The bytes that were handed out: all zeros once used. */
  readonly given: Uint8Array[] = [];
  readonly fingers: FingerprintRequest[] = [];
  touches = 0;
  onTouch: () => void = () => undefined;
  onFinger: () => void = () => undefined;
  choice = 0;
  readonly #pins: string[];

  constructor(...pins: string[]) {
    this.#pins = pins;
  }

  touch(): void {
    this.touches++;
    this.onTouch();
  }

  fingerprint(request: FingerprintRequest): void {
    this.fingers.push(request);
    this.onFinger();
  }

  wait(): void {
    // nothing to show
  }

  pin({ wrong, retries }: PinRequest): Promise<Uint8Array> {
    this.asked.push({ wrong, retries });
    return this.#next();
  }

  newPin({ minPinLength, maxPinLength }: NewPinRequest): Promise<Uint8Array> {
    this.askedForNew.push({ minPinLength, maxPinLength });
    return this.#next();
  }

  account(accounts: readonly Account[]): Promise<number> {
    this.accounts.push(accounts);
    return Promise.resolve(this.choice);
  }

  #next(): Promise<Uint8Array> {
    const pin = this.#pins.shift();
    if (pin === undefined) return Promise.reject(new Error('The person gives up'));
    const bytes = encodePin(pin);
    this.given.push(bytes);
    return Promise.resolve(bytes);
  }
}
