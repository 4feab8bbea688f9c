import { decodeInfo, InfoKey, type DeviceInfo } from '../../src/ctap/get-info.js';
import { fromHex } from '../../src/ctap/codec/bytes.js';
import type { CborKey, CborValue } from '../../src/ctap/codec/cbor.js';

/** What a YubiKey 5 NFC of firmware 5.7 would say, with members put in or replaced. */
export function infoOf(members: Partial<Record<keyof typeof InfoKey, CborValue>> = {}): DeviceInfo {
  const answer = new Map<CborKey, CborValue>([
    [InfoKey.VERSIONS, ['U2F_V2', 'FIDO_2_0', 'FIDO_2_1']],
    [InfoKey.EXTENSIONS, ['credProtect', 'hmac-secret']],
    [InfoKey.AAGUID, aaguidBytes('a25342c0-3cdc-4414-8e46-f4807fca511c')],
    [
      InfoKey.OPTIONS,
      new Map([
        ['rk', true],
        ['clientPin', true],
        ['setMinPINLength', true],
      ]),
    ],
    [InfoKey.PIN_UV_AUTH_PROTOCOLS, [2, 1]],
    [InfoKey.TRANSPORTS, ['nfc', 'usb']],
    [InfoKey.FIRMWARE_VERSION, 0x050701],
    [InfoKey.REMAINING_DISCOVERABLE_CREDENTIALS, 97],
  ]);
  for (const [name, value] of Object.entries(members)) answer.set(InfoKey[name as keyof typeof InfoKey], value);
  return decodeInfo(answer);
}

export function aaguidBytes(text: string): Uint8Array {
  return fromHex(text.replaceAll('-', ''));
}
