import { ok, rule } from './rule.js';

/** The feature plan: Lite has no passkeys. */
export const planTier = rule({
  id: 'plan-tier',
  title: 'Feature plan',
  why: 'Passkeys and one-time codes need the Essentials plan or Plus; Lite has neither.',
  console: 'Settings → Feature plans → Edit',
  needs: ['pool'],
  judge: ({ pool }) => {
    switch (pool.UserPoolTier) {
      case 'LITE':
        return {
          state: 'problem',
          found: 'Lite',
          fix: 'Change to Essentials. It is paid for by active users above a free number: needs --accept-costs.',
          mended: { pool: { ...pool, UserPoolTier: 'ESSENTIALS' } },
        };
      case 'ESSENTIALS':
        return ok('Essentials');
      case 'PLUS':
        return ok('Plus');
      default:
        return { state: 'unknown', found: 'The service does not tell.', fix: 'Look at the plan in the console.' };
    }
  },
});
