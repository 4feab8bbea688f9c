import { ok, rule } from './rule.js';

/** Who may make an account. */
export const signUp = rule({
  id: 'sign-up',
  title: 'Sign-up',
  why: 'Where anybody may make an account, anybody can enrol a key. A pre-sign-up trigger can hold who signs up against a register; otherwise accounts are made by administrators.',
  console: 'Authentication → Sign-up → Self-service sign-up → Edit',
  needs: ['pool'],
  judge: ({ pool }, desired) => {
    const config = pool.AdminCreateUserConfig;
    if (config?.AllowAdminCreateUserOnly === true) return ok('By administrators only');
    const isGated = pool.LambdaConfig?.PreSignUp !== undefined;
    const found = isGated ? 'By anybody whom the pre-sign-up trigger lets in' : 'By anybody';
    if (desired.signUp === 'admin-only')
      return {
        state: 'problem',
        found,
        fix: 'Let only administrators make accounts.',
        mended: { pool: { ...pool, AdminCreateUserConfig: { ...config, AllowAdminCreateUserOnly: true } } },
      };
    if (isGated) return ok(found);
    return {
      state: 'warning',
      found,
      fix: 'Let only administrators make accounts (--sign-up admin-only), or set a gate (--trigger PreSignUp=ARN).',
    };
  },
});

/** The pool cannot be deleted by mistake. */
export const deletionProtection = rule({
  id: 'deletion-protection',
  title: 'Deletion protection',
  why: 'With the pool every account and every passkey is gone, and nobody can bring them back.',
  console: 'Settings → Deletion protection → Activate',
  needs: ['pool'],
  judge: ({ pool }, desired) => {
    if (pool.DeletionProtection === 'ACTIVE') return ok('On');
    if (!desired.deletionProtection) return ok('Off, as is wanted');
    return {
      state: 'warning',
      found: 'Off',
      fix: 'Turn it on.',
      mended: { pool: { ...pool, DeletionProtection: 'ACTIVE' } },
    };
  },
});
