import type { Trigger } from '../decide.js';
import { decide } from '../decide.js';
import { readEvent } from '../read-event.js';
import { ACCOUNT_NUMBER } from './details.js';
import type { SignUpDesk } from './settle.js';
import { settleSignUp } from './settle.js';

/**
 * PostConfirmation: the code sent to the address has come back, so the sign-up is bound to its registration. Cognito calls it
 * for ConfirmSignUp and AdminConfirmSignUp, and for ConfirmForgotPassword, which confirms an open sign-up too. A reset of an
 * account that is bound already, or that no sign-up through the gate made, is none of this trigger's business.
 */
export const postConfirmation =
  (desk: SignUpDesk): Trigger =>
  (input) =>
    decide(async (signal) => {
      const event = readEvent('postConfirmation', input);
      const reset = event.source === 'PostConfirmation_ConfirmForgotPassword';
      if (!reset || event.attributes.has(ACCOUNT_NUMBER))
        await settleSignUp(desk, event.userName, event.attributes, signal);
      return event.answered({});
    });
