import { missingParameter, wrongPassword } from '../errors.js';
import { Password } from '../input.js';
import { userOperation } from '../operation.js';
import { checkPasswordPolicy, passwordFits } from '../users/password.js';
import { setPassword } from '../users/set-password.js';

/**
 * Who has no password may set one without telling it. Wrong ones count as at the sign-in.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html
 */
export const changePassword = userOperation(
  { PreviousPassword: Password.optional(), ProposedPassword: Password },
  async (pool, { PreviousPassword, ProposedPassword }, { user }) => {
    pool.quotas.use('ChangePassword', user.sub);
    if (user.password) {
      if (PreviousPassword === undefined) throw missingParameter('PreviousPassword');
      pool.attempts.check(user.username);
      pool.attempts.failed(user.username);
      if (!(await passwordFits(PreviousPassword, user.password))) throw wrongPassword();
      pool.attempts.succeeded(user.username);
    }
    checkPasswordPolicy(pool, ProposedPassword);
    await setPassword(pool, user, ProposedPassword);
    return {};
  },
);
