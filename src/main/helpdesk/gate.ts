import { helpdeskRequests } from '../../shared/helpdesk-requests.js';
import type { Handlers, Request } from '../../shared/ipc.js';
import { FailureError } from '../../failures/failure-error.js';
import { allRefusing, eachBehind } from '../handler-tables.js';
import type { CurrentStation } from '../station.js';
import type { StationHelpdesk } from './station-helpdesk.js';

export type HelpdeskRequest = keyof typeof helpdeskRequests;

/**
 * What a helpdesk's window may ask of main besides `helpdesk.*`, whose engine asks for the operator itself: `anybody`, whoever sits
 * before it; `operator`, who is signed in; `set-up`, as long as no pool is connected; `practice`, who practises. What is not here, and so
 * whatever is new, is refused: nothing is done with a key or passkey that an operator has not confirmed.
 */
const ALLOWED: Readonly<Partial<Record<Request, 'anybody' | 'operator' | 'set-up' | 'practice'>>> = {
  'station.get': 'anybody',
  'keys.list': 'anybody',
  'keys.wink': 'anybody',
  'keys.select': 'anybody',
  'ceremony.answer': 'anybody',
  'ceremony.cancel': 'anybody',
  'pool.connect': 'set-up',
  'pool.practise': 'set-up',
  'pool.disconnect': 'practice',
  'practice.touch': 'practice',
  'practice.plug': 'practice',
  // What enrolments have left on keys is looked after here, too.
  'orphans.list': 'operator',
  'orphans.remove': 'operator',
  'orphans.dismiss': 'operator',
};

export interface HelpdeskGateOptions {
  readonly helpdesk: StationHelpdesk;
  readonly station: Pick<CurrentStation, 'get'>;
}

/**
 * The handlers of a helpdesk: main does what is allowed there, and no more, whatever the window asks.
 * @param own what a helpdesk has besides a desk
 */
export function guardedAtHelpdesk(
  handlers: Handlers,
  own: Pick<Handlers, HelpdeskRequest>,
  { helpdesk, station }: HelpdeskGateOptions,
): Handlers {
  const here: Partial<Handlers> = {
    ...own,
    'pool.disconnect': async () => {
      await helpdesk.leave(); // while there still is a pool to be told
      return handlers['pool.disconnect']();
    },
  };
  return eachBehind<Request>({ ...handlers, ...here }, (name, handler) => (input) => {
    if (!(name in helpdeskRequests)) demandAllowed(name, { helpdesk, station });
    return handler(input);
  });
}

function demandAllowed(name: Request, { helpdesk, station }: HelpdeskGateOptions): void {
  const who = ALLOWED[name];
  if (who === 'anybody') return;
  if (who === 'operator') {
    if (!helpdesk.state().operator) throw new FailureError({ code: 'helpdesk/no-operator' });
    return;
  }
  const { pool, practice } = station.get();
  if (who === 'set-up' && !pool) return;
  if (who === 'practice' && practice) return;
  throw new FailureError({ code: 'helpdesk/not-allowed', detail: name });
}

/** What a desk, or a kiosk, says to a helpdesk's requests. */
export function refusedAtOtherDesks(): Pick<Handlers, HelpdeskRequest> {
  return allRefusing(
    helpdeskRequests,
    () => new FailureError({ code: 'helpdesk/not-allowed', detail: 'this station is no helpdesk' }),
  );
}
