import { type Handlers, type Request, requests } from '../../shared/ipc.js';
import { FailureError } from '../../failures/failure-error.js';

type HelpdeskRequest = Extract<Request, `helpdesk.${string}`>;

/** What a desk, or a kiosk, says to a helpdesk's requests. */
export function refusedAtOtherDesks(): Pick<Handlers, HelpdeskRequest> {
  const refuse = () => {
    throw new FailureError({ code: 'helpdesk/not-allowed', detail: 'this station is no helpdesk' });
  };
  const names = Object.keys(requests).filter((name) => name.startsWith('helpdesk.'));
  // One function for every name that begins so: the compiler cannot see that none is missing.
  return Object.fromEntries(names.map((name) => [name, refuse])) as unknown as Pick<Handlers, HelpdeskRequest>;
}
