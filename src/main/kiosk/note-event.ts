import type { KioskEvent } from './session.js';

/** One line on standard error, which the system keeps, for each person who comes and goes. */
export function noteKioskEvent({ action, result, person, detail }: KioskEvent): Promise<void> {
  const who = JSON.stringify(person.username); // a name may have anything in it, line ends too
  process.stderr.write(`keydesk: ${action} ${result} ${who}${detail === undefined ? '' : ` (${detail})`}\n`);
  return Promise.resolve();
}
