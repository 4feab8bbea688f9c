/** So many bytes that nobody can guess; `randomBytes` of node:crypto is handed in. */
type RandomBytes = (length: number) => Buffer;

/** The nonce of a challenge: 32 bytes in base64url. */
export const newNonce = (randomBytes: RandomBytes): string => randomBytes(32).toString('base64url');

/** A password that nobody knows. A character of each class satisfies whatever the pool's policy asks for. */
export const unknownPassword = (randomBytes: RandomBytes): string => `${randomBytes(48).toString('base64url')}aA1!`;
