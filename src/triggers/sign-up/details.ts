/** The attribute that holds the account number: custom, written at sign-up only (Mutable: false), and kept with the account. */
export const ACCOUNT_NUMBER = 'custom:account_number';

/**
 * The account number without what people put between its characters: 4 to 32 ASCII letters and digits, letters in upper
 * case. Undefined for everything else.
 */
export function normalizeAccountNumber(typed: string): string | undefined {
  const bare = typed.replaceAll(/[\s.\-/]/gu, '');
  return /^[0-9A-Za-z]{4,32}$/.test(bare) ? bare.toUpperCase() : undefined;
}

/**
 * The e-mail address without surrounding white space, ASCII letters in lower case. Undefined when it cannot be one.
 *
 * Nothing beyond ASCII is folded: under Unicode's rules the Kelvin sign becomes "k", and the code would go to another
 * mailbox than the one on file.
 */
export function normalizeEmail(typed: string): string | undefined {
  const address = typed.trim().replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return address.length <= 254 && /^[^\s@]+@[^\s@]+$/u.test(address) ? address : undefined;
}
