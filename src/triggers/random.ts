import { randomBytes } from 'node:crypto';

/** What nobody can guess: 32 random bytes in base64url. */
export const newNonce = (): string => randomBytes(32).toString('base64url');

/** A password that nobody knows. A character of each class satisfies whatever the pool's policy asks for. */
export const unknownPassword = (): string => `${randomBytes(48).toString('base64url')}aA1!`;
