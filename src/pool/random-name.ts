import { randomInt } from 'node:crypto';

/** Lower-case letters and digits, as in Cognito's own ids. */
export const randomName = (length: number): string => Array.from({ length }, () => randomInt(36).toString(36)).join('');
