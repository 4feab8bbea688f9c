/** No account owns a local pool; its number in names of resources is that of nobody. */
export const ACCOUNT_ID = '000000000000';
