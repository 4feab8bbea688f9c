import type { Searchable } from '../../cognito/admin/users.js';
import type { PersonDetails, PoolUser } from '../../shared/helpdesk.js';
import type { Context } from '../context.js';
import { printable } from '../printable.js';
import { type DeskOptions, withHelpdesk } from './desk.js';

export interface FindOptions extends DeskOptions {
  readonly by?: Searchable;
  readonly page?: string;
  readonly factors?: boolean;
  readonly details?: boolean;
}

/** Prints people whose name begins so; with --details everything of the one who is meant. */
export async function find(text: string, options: FindOptions, context: Context): Promise<void> {
  await withHelpdesk(options, context, async ({ helpdesk }) => {
    const { signal, terminal } = context;
    if (options.details === true || options.factors === true) {
      const person = await helpdesk.person(text, { signal });
      const factors = options.factors === true ? await helpdesk.factors(person.username, { signal }) : undefined;
      terminal.result({ person, factors }, detailsText(person, factors));
      return;
    }
    const { people, next } = await helpdesk.find({ text, by: options.by, page: options.page }, { signal });
    const lines = people.map(lineOf);
    const more = next === undefined ? [] : [`There are more: --page ${printable(next)}`];
    terminal.result({ people, next }, lines.length === 0 ? 'Nobody was found.' : [...lines, ...more].join('\n'));
  });
}

function lineOf({ username, email, name, status, enabled, isFederated }: PoolUser): string {
  const marks = [status, ...(enabled ? [] : ['disabled']), ...(isFederated ? ['federated'] : [])];
  return printable(`${username}  ${email ?? '(no address)'}  ${name ?? ''}  ${marks.join(', ')}`);
}

function detailsText(person: PersonDetails, factors: readonly string[] | undefined): string {
  const { sub, groups, keys } = person;
  const known = keys.map(({ nickname, keyProduct, keySerial, createdAt }) =>
    printable(
      `  ${nickname}: ${keyProduct}${keySerial === undefined ? '' : `, serial number ${keySerial}`}, ${createdAt}`,
    ),
  );
  return [
    lineOf(person),
    `sub     ${printable(sub)}`,
    `groups  ${printable(groups.join(', ') || 'none')}`,
    ...(factors ? [`factors ${printable(factors.join(', ') || 'none')}`] : []),
    known.length === 0 ? 'No key of theirs was enrolled at this station.' : 'Enrolled at this station:',
    ...known,
  ].join('\n');
}
