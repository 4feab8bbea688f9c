import type { Outcome, Round } from './round.js';
import { STEP_NAMES, STEPS } from './steps.js';

/** All rounds as a table, one line for each step of each profile, one column for each client; reasons stand below it. */
export function table(rounds: readonly Round[]): string {
  const clients = [...new Set(rounds.map(({ client }) => client))];
  const profiles = [...new Set(rounds.map(({ profile }) => profile))];
  const notes = new Notes();
  const rows = profiles.flatMap((profile) =>
    STEP_NAMES.map((step) => {
      const cells = clients.map((client) => {
        const round = rounds.find((one) => one.client === client && one.profile === profile);
        return cell(round?.outcomes.get(step), notes);
      });
      return [profile, STEPS[step], ...cells];
    }),
  );
  return [...aligned([['CTAP', 'step', ...clients], ...rows]), '', ...notes.lines].join('\n');
}

/** How many outcomes are of each kind. */
export function sum(rounds: readonly Round[]): Readonly<Record<Outcome['kind'], number>> {
  const counts = { passed: 0, failed: 0, 'not offered': 0, skipped: 0 };
  for (const { outcomes } of rounds) for (const { kind } of outcomes.values()) counts[kind]++;
  return counts;
}

function cell(outcome: Outcome | undefined, notes: Notes): string {
  if (!outcome) return '';
  if (outcome.kind === 'passed') return 'passed';
  const word = { failed: 'FAILED', 'not offered': 'not offered', skipped: 'skipped' }[outcome.kind];
  return `${word} (${notes.numberOf(outcome.reason)})`;
}

/** Reasons, each once, with a number. */
class Notes {
  readonly #reasons: string[] = [];

  numberOf(reason: string): number {
    if (!this.#reasons.includes(reason)) this.#reasons.push(reason);
    return this.#reasons.indexOf(reason) + 1;
  }

  get lines(): string[] {
    return this.#reasons.map((reason, index) => `(${index + 1}) ${reason}`);
  }
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(width(column)))
      .join('  ')
      .trimEnd(),
  );
}
