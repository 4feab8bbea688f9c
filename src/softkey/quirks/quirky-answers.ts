import { concat } from '../../ctap/codec/bytes.js';
import { type CborKey, type CborMap, type CborValue, decode, encode } from '../../ctap/codec/cbor.js';
import { CborError } from '../../ctap/codec/cbor-errors.js';
import { CoseAlgorithm } from '../../ctap/codec/cose.js';
import { CtapCommand } from '../../ctap/commands.js';
import { InfoKey } from '../../ctap/get-info.js';
import { CtapStatus } from '../../ctap/status.js';
import type { HidDeviceOptions } from '../hid/hid-device.js';
import { encodeOddly } from './odd-cbor.js';
import type { Quirks } from './quirks.js';

type Handle = NonNullable<HidDeviceOptions['onCbor']>;

/** The parameter of makeCredential that lists algorithms (CTAP 2.2 §6.1). */
const PUB_KEY_CRED_PARAMS = 0x04;

/** The quirks that show in requests and answers: `handle` carries requests out, and what it gets and gives is changed on the way. */
export function quirkyAnswers(quirks: Quirks, handle: Handle): Handle {
  if (Object.keys(quirks).length === 0) return handle;
  return async (request, call) => {
    const command = request[0];
    const status = quirks['unknown-status'];
    if (status !== undefined && command !== CtapCommand.GET_INFO) return Uint8Array.of(status);
    const answer = await handle('other-algorithm' in quirks ? withOtherAlgorithm(request) : request, call);
    if (answer[0] !== CtapStatus.SUCCESS || answer.length === 1) return answer;
    const members = changed(mapOf(answer.subarray(1)), command, quirks);
    return concat(Uint8Array.of(CtapStatus.SUCCESS), encodeOddly(members, quirks));
  };
}

function changed(members: CborMap, command: number | undefined, quirks: Quirks): CborMap {
  const map = new Map(members);
  if ('zero-list-limits' in quirks && command === CtapCommand.GET_INFO) {
    map.set(InfoKey.MAX_CREDENTIAL_COUNT_IN_LIST, 0);
    map.set(InfoKey.MAX_CREDENTIAL_ID_LENGTH, 0);
  }
  if ('unknown-members' in quirks) {
    map.set(0x7f, new Map<CborKey, CborValue>([[1, ['of', 'tomorrow']], ['x', true]])); // prettier-ignore
    map.set('vendor', Uint8Array.of(1, 2, 3));
  }
  if (quirks['missing-members'] !== undefined) map.delete(quirks['missing-members']);
  return map;
}

/** A request to make a credential, asking for an algorithm that was not asked for. Others stay as they are. */
function withOtherAlgorithm(request: Uint8Array): Uint8Array {
  if (request[0] !== CtapCommand.MAKE_CREDENTIAL) return request;
  const parameters = mapOf(request.subarray(1));
  const asked = parameters.get(PUB_KEY_CRED_PARAMS);
  // The cast names what Array.isArray leaves as any[].
  const entries = Array.isArray(asked) ? (asked as readonly CborValue[]) : [];
  const algorithms = entries.map((entry) => (entry instanceof Map ? (entry as CborMap).get('alg') : undefined));
  const other = [CoseAlgorithm.EDDSA, CoseAlgorithm.ES256].find((alg) => !algorithms.includes(alg));
  if (other === undefined) return request;
  const wanted: CborMap = new Map<CborKey, CborValue>([['alg', other], ['type', 'public-key']]); // prettier-ignore
  const spoilt = new Map<CborKey, CborValue>([...parameters, [PUB_KEY_CRED_PARAMS, [wanted]]]);
  return concat(Uint8Array.of(CtapCommand.MAKE_CREDENTIAL), encode(spoilt));
}

/** Parameters and answers of CTAP are maps. What is none is left to the authenticator to refuse. */
function mapOf(bytes: Uint8Array): CborMap {
  try {
    const value = decode(bytes);
    if (value instanceof Map) return value as CborMap;
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
  }
  return new Map();
}
