import type { DeviceInfo } from '../../ctap/get-info.js';
import { type KeyMark, keyMark, recognise } from '../../ctap/persistent-token.js';
import type { PinUvAuthToken } from '../../ctap/pin/token.js';
import type { KeyId } from '../../shared/keys.js';

interface Remembered {
  readonly keyId: KeyId;
  readonly token: PinUvAuthToken;
  readonly mark: KeyMark;
}

/**
 * Keys whose passkeys are listed without the PIN, because their person wanted that (persistent token, CTAP 2.3 §6.5.5.7). The
 * token can do nothing else, and is kept in memory alone: it goes with the window, with a change of PIN, a reset and a refusal.
 * Whose it is the key tells by its mark, which no other key can show.
 */
export class RememberedKeys {
  #kept: readonly Remembered[] = [];

  /** The token of the key that says this of itself; undefined where its person has not wanted that. */
  tokenOf(info: DeviceInfo): PinUvAuthToken | undefined {
    return this.#kept.find((kept) => isOf(kept, info))?.token;
  }

  keep(keyId: KeyId, info: DeviceInfo, token: PinUvAuthToken): void {
    this.forget(keyId, info);
    this.#kept = [...this.#kept, { keyId, token, mark: keyMark(info, token) }];
  }

  /**
   * The person wants the PIN to be asked for again, or the token will be worth nothing.
   * @param info what the key says of itself, before a change of PIN or a reset makes its mark another: by it the key is known
   *   wherever it is plugged in now. Undefined where it says nothing; its id alone counts then
   */
  forget(keyId: KeyId, info: DeviceInfo | undefined): void {
    this.#drop((kept) => kept.keyId === keyId || (info !== undefined && isOf(kept, info)));
  }

  /** The same for a token that the key no longer takes. */
  forgetToken(token: PinUvAuthToken): void {
    this.#drop((kept) => kept.token === token);
  }

  forgetAll(): void {
    this.#drop(() => true);
  }

  #drop(isMeant: (kept: Remembered) => boolean): void {
    for (const kept of this.#kept.filter(isMeant)) kept.token.bytes.fill(0);
    this.#kept = this.#kept.filter((kept) => !isMeant(kept));
  }
}

/** Whether the token is that of the key that says this of itself. */
function isOf({ token, mark }: Remembered, info: DeviceInfo): boolean {
  return recognise(mark, keyMark(info, token)) !== 'another';
}
