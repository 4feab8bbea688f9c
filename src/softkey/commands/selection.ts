import type { Command } from './command.js';

/** authenticatorSelection (CTAP 2.2 §6.9): the user touches the key that is meant, among several. */
export const selection: Command = async ({ touch }) => {
  await touch();
  return undefined;
};
