import type { DesiredPool } from '../../../shared/desired-pool.js';
import type { Finding } from '../../../shared/pool-check.js';
import { COGNITO_MESSAGES } from '../../messages.js';
import type { Look, Part, PoolState, Snapshot } from '../pool-state.js';

/** What a rule says of a pool. */
interface Verdict<P extends Part = Part> {
  readonly state: Finding['state'];
  /** What the pool is set to. */
  readonly found: string;
  /** What to do about it. */
  readonly fix?: string;
  /** The parts as they ought to be, where a call can make them so. */
  readonly mended?: Partial<Pick<PoolState, P>>;
}

/** One line of the checklist. It may lean on the parts that it needs, which have all been seen. */
interface RuleOf<P extends Part> {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** Where the setting is in the AWS console. */
  readonly console: string;
  readonly needs: readonly P[];
  readonly judge: (seen: Pick<PoolState, P>, desired: DesiredPool) => Verdict<P>;
}

export interface Rule extends Pick<RuleOf<Part>, 'id' | 'title' | 'why' | 'console'> {
  readonly judge: (snapshot: Snapshot, desired: DesiredPool) => Verdict;
}

/** A rule that is only asked where everything that it needs was seen. */
export function rule<P extends Part>({ needs, judge, ...about }: RuleOf<P>): Rule {
  return {
    ...about,
    judge: (snapshot, desired) => {
      for (const part of needs) {
        const look: Look<unknown> = snapshot[part];
        if (!look.isSeen) return unseen(look);
      }
      const values = needs.map((part): [Part, unknown] => {
        const look: Look<unknown> = snapshot[part];
        return [part, look.isSeen ? look.value : undefined];
      });
      // All parts of P, each seen, as just looked at.
      return judge(Object.fromEntries(values) as Pick<PoolState, P>, desired);
    },
  };
}

function unseen({ why, detail }: Extract<Look<unknown>, { isSeen: false }>): Verdict {
  if (why === 'no-client-named')
    return {
      state: 'unknown',
      found: 'The pool has several app clients, or none, and nobody said which one is meant.',
      fix: 'Name the app client that Keydesk signs in with (--client-id).',
    };
  const { sentence, next } = COGNITO_MESSAGES[why];
  const because = detail === undefined ? sentence : `${sentence} ${detail}`;
  return { state: 'unknown', found: `Not allowed to look. ${because}`, fix: next };
}

/** The line is as it should be. */
export const ok = (found: string): { state: 'ok'; found: string } => ({ state: 'ok', found });
