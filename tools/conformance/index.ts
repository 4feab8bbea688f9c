import { PROFILE_NAMES } from '../../src/softkey/profile.js';
import { udpClients } from './clients.js';
import { fido2ToolsRounds } from './fido2-tools.js';
import { conformanceRound, type Round } from './round.js';
import { sum, table } from './table.js';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted.abort();
  });
}
const say = (text: string): void => void process.stderr.write(`conformance: ${text}\n`);

/** `npm run conformance`: the software key against every client there is, as a table, and the sum as the last line. */
const rounds: Round[] = [];
for (const client of udpClients(process.cwd())) {
  say(client.name);
  for (const profile of PROFILE_NAMES) rounds.push(await conformanceRound(client, profile));
}
say('fido2-tools, in a virtual machine');
rounds.push(...(await fido2ToolsRounds(say, interrupted.signal)));
const counts = sum(rounds);
process.stdout.write(`${table(rounds)}\n\n${counts['not offered']} not offered\n`);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed > 0 ? 1 : 0;
