import type { Input } from '../../../shared/ipc.js';

/** What the operator means to do, as it was chosen when the case was begun: where the runbook starts from. */
export type Wish = Pick<Input<'helpdesk.plan'>, 'disable' | 'way'>;

/** Of a case that somebody else has begun. */
export const USUAL: Wish = { disable: false, way: 'here' };
