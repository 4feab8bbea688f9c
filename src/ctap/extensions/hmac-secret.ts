/** Members of the input of hmac-secret and hmac-secret-mc (CTAP 2.2 §12.5). */
export const HmacSecretInput = { KEY_AGREEMENT: 0x01, SALT_ENC: 0x02, SALT_AUTH: 0x03, PROTOCOL: 0x04 } as const;

/** Bytes of a salt, and of the secret that follows from it. */
export const SALT_LENGTH = 32;
