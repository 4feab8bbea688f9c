/** A code as it is sent: people type blanks where messages show them. */
export const digits = (code: string): string => code.replaceAll(/\s/g, '');
