/** What one permission to act on somebody's behalf says. Its MAC is made by an operator of the helpdesk and good once. */
export interface Permission {
  readonly userPoolId: string;
  readonly clientId: string;
  /** `sub` of the person whose account is opened. */
  readonly account: string;
  /**
   * Who opens it, in the characters of an IAM name. It is the helpdesk program's word; whose credentials made the MAC stands in
   * CloudTrail's record of kms:GenerateMac.
   */
  readonly operator: string;
  /** From the challenge, base64url. */
  readonly nonce: string;
  /** From the challenge: seconds since the epoch. */
  readonly expiresAt: number;
}

/** An operator's answer to the challenge. */
export interface Answer {
  readonly operator: string;
  readonly mac: Uint8Array;
}

const OPERATOR = /^[\w+=,.@-]{1,64}$/;
/** HMAC_256: 32 bytes in base64url. */
const MAC = /^[A-Za-z0-9_-]{43}$/;

/**
 * The bytes that are MACed: a version and the members in fixed order, one on each line, so that no two permissions share
 * them. Throws RangeError for a member that would not stay on its line.
 */
export function permissionBytes(permission: Permission): Uint8Array {
  const { userPoolId, clientId, account, operator, nonce, expiresAt } = permission;
  if (!Number.isSafeInteger(expiresAt) || expiresAt < 0) throw new RangeError('A permission ends at a whole second');
  if (!OPERATOR.test(operator)) throw new RangeError('An operator is named in 1 to 64 characters of an IAM name');
  const lines = ['keydesk-on-behalf 1', userPoolId, clientId, account, operator, nonce, String(expiresAt)];
  if (lines.some((line) => !/^[\x20-\x7e]+$/.test(line)))
    throw new RangeError('A member of a permission is not plain text');
  return new TextEncoder().encode(lines.join('\n'));
}

/** The ANSWER of RespondToAuthChallenge: operator, a full stop, the MAC in base64url. */
export const writeAnswer = ({ operator, mac }: Answer): string =>
  `${operator}.${Buffer.from(mac).toString('base64url')}`;

/** Reads an answer; undefined for everything that `writeAnswer` does not write. */
export function readAnswer(answer: unknown): Answer | undefined {
  if (typeof answer !== 'string') return undefined;
  const end = answer.lastIndexOf('.');
  const operator = answer.slice(0, Math.max(end, 0));
  const mac = answer.slice(end + 1);
  if (!OPERATOR.test(operator) || !MAC.test(mac)) return undefined;
  const bytes = Uint8Array.from(Buffer.from(mac, 'base64url'));
  // The last character has bits to spare: only one way of writing a MAC is taken.
  return Buffer.from(bytes).toString('base64url') === mac ? { operator, mac: bytes } : undefined;
}
