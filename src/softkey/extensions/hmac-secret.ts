import { createHmac, hkdfSync } from 'node:crypto';

import { concat, utf8 } from '../../ctap/codec/bytes.js';
import { HmacSecretInput as Input, SALT_LENGTH } from '../../ctap/extensions/hmac-secret.js';
import { type PinProtocol, verify } from '../../ctap/pin/protocol.js';
import { CtapStatus } from '../../ctap/status.js';
import type { CommandContext } from '../commands/command.js';
import { pinProtocolOf } from '../commands/parameters.js';
import { type Fields, refuse, required } from '../fields.js';
import type { Extension } from './extension.js';

/** hmac-secret (CTAP 2.2 §12.5): secrets of a credential, one for each salt that the platform brings. */
export const hmacSecret: Extension = {
  name: 'hmac-secret',
  creation: ({ inputs }) =>
    // Every credential has its CredRandoms, asked for or not, as the specification would like it: they follow from its ID.
    inputs.boolean('hmac-secret') === true ? { output: () => ({ signed: true }) } : undefined,
  assertion: ({ context, inputs, userPresence, userVerified }) => {
    const input = inputs.fields('hmac-secret');
    if (!input) return undefined;
    if (!userPresence) refuse(CtapStatus.UNSUPPORTED_OPTION);
    const agreed = openSalts(context, input);
    return ({ id }) => ({ signed: secretsFor(context, id, userVerified, agreed) });
  },
};

/** hmac-secret-mc (CTAP 2.2 §12): the same, for a credential in the moment of its making. */
export const hmacSecretMc: Extension = {
  name: 'hmac-secret-mc',
  creation: ({ context, inputs, userVerified }) => {
    const input = inputs.fields('hmac-secret-mc');
    if (!input || inputs.boolean('hmac-secret') !== true) return undefined;
    const agreed = openSalts(context, input);
    return { output: (id) => ({ signed: secretsFor(context, id, userVerified, agreed) }) };
  },
};

/** Salts, and how to send back what follows from them. */
interface Agreed {
  readonly protocol: PinProtocol;
  readonly secret: Uint8Array;
  readonly salts: readonly Uint8Array[];
}

function openSalts({ power, profile }: CommandContext, input: Fields): Agreed {
  const protocol = pinProtocolOf(input.integer(Input.PROTOCOL) ?? 1, profile);
  const peer = required(input.fields(Input.KEY_AGREEMENT)).map;
  const saltEnc = required(input.bytes(Input.SALT_ENC));
  const saltAuth = required(input.bytes(Input.SALT_AUTH));
  try {
    const secret = power.keyAgreements.agree(protocol, peer);
    if (!verify(protocol, secret, saltEnc, saltAuth)) refuse(CtapStatus.PIN_AUTH_INVALID);
    const salts = protocol.decrypt(secret, saltEnc);
    if (salts.length !== SALT_LENGTH && salts.length !== 2 * SALT_LENGTH) refuse(CtapStatus.INVALID_LENGTH);
    const second = salts.length > SALT_LENGTH ? [salts.subarray(SALT_LENGTH)] : [];
    return { protocol, secret, salts: [salts.subarray(0, SALT_LENGTH), ...second] };
  } catch (error) {
    if (error instanceof RangeError) refuse(CtapStatus.INVALID_PARAMETER); // no point of the curve, no whole blocks
    throw error;
  }
}

function secretsFor(
  { memory }: CommandContext,
  id: Uint8Array,
  userVerified: boolean,
  { protocol, secret, salts }: Agreed,
): Uint8Array {
  const random = credRandom(memory.state.masterSecret, id, userVerified);
  const outputs = concat(...salts.map((salt) => createHmac('sha256', random).update(salt).digest()));
  const sealed = protocol.encrypt(secret, outputs);
  random.fill(0);
  outputs.fill(0);
  return sealed;
}

/** CredRandomWithUV or CredRandomWithoutUV: as good as random, and gone with the master secret at a reset. */
function credRandom(masterSecret: Uint8Array, id: Uint8Array, userVerified: boolean): Uint8Array {
  const info = utf8(userVerified ? 'keydesk CredRandomWithUV' : 'keydesk CredRandomWithoutUV');
  return new Uint8Array(hkdfSync('sha256', masterSecret, id, info, 32));
}
