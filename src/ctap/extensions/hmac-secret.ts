import { binary } from '../client/credential-lists.js';
import { ClientError } from '../client/errors.js';
import type { PrfValuesJSON } from '../client/webauthn-json.js';
import { concat, toBase64url, utf8 } from '../codec/bytes.js';
import type { CborMap, CborValue } from '../codec/cbor.js';
import { sha256 } from '../codec/sha256.js';
import { ResponseError } from '../errors.js';
import type { DeviceInfo } from '../get-info.js';
import { isBoolean, isBytes, optional } from '../members.js';
import type { SharedSecret } from '../pin/client-pin.js';
import type { Extension, ExtensionAnswer } from './extension.js';

/** Members of the input of hmac-secret and hmac-secret-mc (CTAP 2.2 §12.5). */
export const HmacSecretInput = { KEY_AGREEMENT: 0x01, SALT_ENC: 0x02, SALT_AUTH: 0x03, PROTOCOL: 0x04 } as const;

/** Bytes of a salt, and of the secret that follows from it. */
export const SALT_LENGTH = 32;

const NAME = 'hmac-secret';
/** The same at creation, since CTAP 2.2. */
const NAME_AT_CREATION = 'hmac-secret-mc';
/** Bytes of the input: a public key, two salts sealed, their authentication. */
const ROOM = 256;

/** What the relying party wants evaluated, decoded. */
interface Values {
  readonly first: Uint8Array;
  readonly second: Uint8Array | undefined;
}

/**
 * prf (WebAuthn Level 3 §10.1.4) by hmac-secret (CTAP 2.2 §12.5): secrets that only this credential can derive. Of the
 * two functions that a credential has, prf is the one for verified persons, so that evaluating needs verification.
 * Secrets are in the result and nowhere else; what held them is zeroed.
 */
export const prf: Extension = {
  creation: ({ inputs, info }) => {
    if (inputs.prf === undefined) return undefined;
    if (inputs.prf.evalByCredential !== undefined)
      throw new ClientError('bad-options', 'prf.evalByCredential is for signing in');
    const values = inputs.prf.eval && decoded(inputs.prf.eval, 'extensions.prf.eval');
    if (!isSupported(info)) return { result: () => ({ prf: { enabled: false } }) };
    const evaluates = values !== undefined && info.extensions.includes(NAME_AT_CREATION);
    return {
      request: ({ shared }) => [
        [NAME, true],
        ...(evaluates && shared ? ([[NAME_AT_CREATION, sealed(values, shared)]] as const) : []),
      ],
      room: ROOM,
      needsSecret: evaluates,
      needsVerification: evaluates,
      result: (answer) => ({
        prf: {
          enabled: optional(answer.outputs, NAME, NAME, isBoolean) ?? false,
          ...(evaluates && results(answer, NAME_AT_CREATION, values)),
        },
      }),
    };
  },
  assertion: ({ inputs, info, allowed }) => {
    if (inputs.prf === undefined) return undefined;
    const usual = inputs.prf.eval && decoded(inputs.prf.eval, 'extensions.prf.eval');
    const special = byCredential(inputs.prf.evalByCredential ?? {}, allowed);
    if (!isSupported(info) || (!usual && special.size === 0)) return { result: () => ({ prf: {} }) };
    let asked: Values | undefined;
    return {
      request: ({ shared, only }) => {
        asked = (only && special.get(toBase64url(only.id))) ?? usual;
        return asked && shared ? [[NAME, sealed(asked, shared)]] : [];
      },
      room: ROOM,
      needsSecret: true,
      perCredential: special.size > 0,
      needsVerification: true,
      result: (answer) => ({ prf: asked ? results(answer, NAME, asked) : {} }),
    };
  },
};

/** The secret that salts travel under is agreed by the PIN's command: without a protocol there is none. */
function isSupported({ extensions, pinUvAuthProtocols }: DeviceInfo): boolean {
  return extensions.includes(NAME) && pinUvAuthProtocols.length > 0;
}

function decoded({ first, second }: PrfValuesJSON, name: string): Values {
  return {
    first: binary(`${name}.first`, first),
    second: second === undefined ? undefined : binary(`${name}.second`, second),
  };
}

function byCredential(
  values: Readonly<Record<string, PrfValuesJSON>>,
  allowed: readonly string[],
): ReadonlyMap<string, Values> {
  return new Map(
    Object.entries(values).map(([id, value]) => {
      if (!allowed.includes(id))
        throw new ClientError('bad-options', 'prf.evalByCredential names a credential that is not allowed');
      return [id, decoded(value, `extensions.prf.evalByCredential.${id}`)];
    }),
  );
}

/** The salt that a relying party's value stands for: of a length that the key takes, and never one of somebody else's. */
function salt(value: Uint8Array): Uint8Array {
  return sha256(concat(utf8('WebAuthn PRF\0'), value));
}

function sealed({ first, second }: Values, { protocol, secret, ours }: SharedSecret): CborMap {
  const salts = concat(salt(first), second ? salt(second) : new Uint8Array());
  const saltEnc = protocol.encrypt(secret, salts);
  salts.fill(0);
  return new Map<number, CborValue>([
    [HmacSecretInput.KEY_AGREEMENT, ours],
    [HmacSecretInput.SALT_ENC, saltEnc],
    [HmacSecretInput.SALT_AUTH, protocol.authenticate(secret, saltEnc)],
    // One is what is meant where nothing is said; keys of CTAP 2.0 do not know the member.
    ...(protocol.version === 1 ? [] : [[HmacSecretInput.PROTOCOL, protocol.version] as const]),
  ]);
}

/** Nothing where the key gave nothing: the credential has no such secret. */
function results({ outputs, shared }: ExtensionAnswer, name: string, { second }: Values): { results?: PrfValuesJSON } {
  const output = optional(outputs, name, name, isBytes);
  if (!output || !shared) return {};
  const secrets = opened(output, name, shared);
  try {
    if (secrets.length !== (second ? 2 : 1) * SALT_LENGTH) throw new ResponseError(name, 'has the wrong length');
    const first = toBase64url(secrets.subarray(0, SALT_LENGTH));
    return { results: second ? { first, second: toBase64url(secrets.subarray(SALT_LENGTH)) } : { first } };
  } finally {
    secrets.fill(0);
  }
}

function opened(output: Uint8Array, name: string, { protocol, secret }: SharedSecret): Uint8Array {
  try {
    return protocol.decrypt(secret, output);
  } catch (error) {
    throw new ResponseError(name, 'cannot be decrypted', { cause: error });
  }
}
