import type { Command } from './command.js';

/** authenticatorGetNextAssertion (CTAP 2.2 §6.3): the next credential that getAssertion found, else NOT_ALLOWED. */
export const getNextAssertion: Command = ({ power }) => power.walk.next('assertions');
