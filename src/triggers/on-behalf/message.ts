/**
 * What the helpdesk's program and the triggers say to each other. Plain data and plain TypeScript: src/cognito takes this file
 * whole, and it is read where there is no Node.
 */

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

/** How long a challenge may be answered; the helpdesk client's AuthSessionValidity is the same. */
export const CHALLENGE_SECONDS = 300;

/** The member of ClientMetadata that says why a session is opened. */
export const REASON = 'reason';

const OPERATOR = /^[\w+=,.@-]{1,64}$/;
/** 32 bytes in base64url. */
const MAC = /^[A-Za-z0-9_-]{43}$/;
/** Of a reason, in code points. */
const MOST = 200;

/** Whether this can be the name of an operator: 1 to 64 characters of an IAM name. */
export const isOperator = (name: string): boolean => OPERATOR.test(name);

/**
 * The bytes that are MACed: a version and the members in fixed order, one on each line, so that no two permissions share
 * them. Throws RangeError for a member that would not stay on its line.
 */
export function permissionBytes(permission: Permission): Uint8Array<ArrayBuffer> {
  const { userPoolId, clientId, account, operator, nonce, expiresAt } = permission;
  if (!Number.isSafeInteger(expiresAt) || expiresAt < 0) throw new RangeError('A permission ends at a whole second');
  if (!isOperator(operator)) throw new RangeError('An operator is named in 1 to 64 characters of an IAM name');
  const lines = ['keydesk-on-behalf 1', userPoolId, clientId, account, operator, nonce, String(expiresAt)];
  if (lines.some((line) => !/^[\x20-\x7e]+$/.test(line)))
    throw new RangeError('A member of a permission is not plain text');
  return new TextEncoder().encode(lines.join('\n'));
}

/** The ANSWER of RespondToAuthChallenge: operator, a full stop, the MAC in base64url. */
export const writeAnswer = ({ operator, mac }: Answer): string => `${operator}.${toBase64Url(mac)}`;

/** Reads an answer; undefined for everything that `writeAnswer` does not write. */
export function readAnswer(answer: unknown): Answer | undefined {
  if (typeof answer !== 'string') return undefined;
  const end = answer.lastIndexOf('.');
  const operator = answer.slice(0, Math.max(end, 0));
  const text = answer.slice(end + 1);
  if (!isOperator(operator) || !MAC.test(text)) return undefined;
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
  const mac = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  // The last character has bits to spare: only one way of writing a MAC is taken.
  return toBase64Url(mac) === text ? { operator, mac } : undefined;
}

/**
 * A reason as it is shown to the person: on one line, without characters that are not seen or turn the direction of writing
 * (Unicode's category Other), and cut after 200 code points. Undefined when nothing to read is left, or it is no text.
 */
export function readReason(reason: unknown): string | undefined {
  if (typeof reason !== 'string') return undefined;
  // Separators of lines and tabs are spaces between words; what else is not seen leaves no gap.
  const line = reason.replace(/[\s\p{Z}]+/gu, ' ').replace(/\p{C}/gu, '');
  const characters = Array.from(line.replace(/ +/g, ' ').trim());
  if (!characters.some((character) => /[\p{L}\p{N}]/u.test(character))) return undefined;
  return characters.length <= MOST ? characters.join('') : `${characters.slice(0, MOST - 1).join('')}…`;
}

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
