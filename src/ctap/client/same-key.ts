import { equal, toHex } from '../codec/bytes.js';
import type { FoundKey } from '../discovery.js';
import type { DeviceInfo } from '../get-info.js';

/** A key that is plugged in, on whatever cable. */
export type KeyAtHand = Omit<FoundKey, 'connection'> & { readonly connection: string };

/** What tells a key from others: what the system says of it, and what it says of itself. */
export interface KeyIdentity {
  readonly found: KeyAtHand;
  readonly info: DeviceInfo;
  /** From CTAPHID_INIT. */
  readonly deviceVersion: readonly [number, number, number];
}

/**
 * Reads who the key is from its encIdentifier, which only holders of its persistent token can (CTAP 2.2 §6.4). Undefined
 * where that is not possible.
 */
export type IdentifierOf = (info: DeviceInfo) => Uint8Array | undefined;

/**
 * Whether two meetings were with one and the same key, as far as anybody can tell without a touch: a serial number or an
 * identifier that differs says no; an identifier that agrees says yes; else all that the key says of itself must agree.
 * Two keys of one model without serial numbers, both as they came from the factory, cannot be told apart.
 */
export function isSameKey(one: KeyIdentity, other: KeyIdentity, identifierOf: IdentifierOf = () => undefined): boolean {
  const [a, b] = [one.found, other.found];
  if (a.connection !== b.connection) return false;
  // Simulators stay where they are. On USB the system gives one key's path to the next.
  if (a.connection !== 'usb') return a.id === b.id;
  if (a.product !== b.product || a.manufacturer !== b.manufacturer) return false;
  if (a.serial !== undefined && b.serial !== undefined && a.serial !== b.serial) return false;
  const [identifier, again] = [identifierOf(one.info), identifierOf(other.info)];
  if (identifier && again) return equal(identifier, again);
  return stable(one) === stable(other);
}

/** Members that change from one time to the next, such as fresh ciphertexts and counts, or of which we do not know whether they do. */
const VOLATILE: ReadonlySet<string> = new Set<keyof DeviceInfo>([
  'encIdentifier',
  'encCredStoreState',
  'uvCountSinceLastPinEntry',
  'others',
]);

/** All else that a key says of itself. */
function stable({ info, deviceVersion }: KeyIdentity): string {
  return JSON.stringify({ ...info, deviceVersion }, (name, value: unknown) => {
    if (VOLATILE.has(name)) return undefined;
    if (value instanceof Map) return [...(value as ReadonlyMap<unknown, unknown>)];
    if (value instanceof Uint8Array) return toHex(value);
    return typeof value === 'bigint' ? String(value) : value;
  });
}
