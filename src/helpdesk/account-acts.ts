import { setEnabled, signOutEverywhere } from '../cognito/admin/users.js';
import { readPerson } from './check-person.js';
import type { Act, CaseWork } from './case-work.js';
import type { HelpdeskOptions } from './desk.js';

type Administered = Pick<HelpdeskOptions, 'administration'>;

/** Ends every sign-in of the person. Nothing tells afterwards whether it was done, and doing it again makes nothing worse. */
export function signOutAct({ administration }: Administered, { file: { person } }: CaseWork, note?: string): Act {
  return {
    step: 'sign-out',
    action: 'person.sign-out',
    note,
    isDone: () => Promise.resolve(undefined),
    does: async (options) => {
      await signOutEverywhere(administration, person.username, options);
      return undefined;
    },
  };
}

/** Bars the person from signing in, or no longer. */
export function enableAct(options: Administered, work: CaseWork, enabled: boolean, note?: string): Act {
  const { administration } = options;
  return {
    step: enabled ? 'enable' : 'disable',
    action: enabled ? 'person.enable' : 'person.disable',
    note,
    isDone: async (call) => (await readPerson(options, work.file, call)).enabled === enabled,
    does: async (call) => {
      await setEnabled(administration, work.file.person.username, enabled, call);
      return { seen: { enabled } };
    },
    found: () => ({ seen: { enabled } }),
  };
}
