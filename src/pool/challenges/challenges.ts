import type { Pool } from '../context.js';
import type { Step } from '../sessions.js';
import type { AuthAnswer, Turn } from './answer.js';
import { answerCode } from './answer-code.js';
import { answerMfaSetup, answerSelectMfa, answerSoftwareToken } from './answer-mfa.js';
import { answerPasswordSrp, answerPasswordVerifier } from './answer-srp.js';
import { answerCustom } from './custom-auth.js';
import { answerNewPassword } from './new-password.js';
import { answerPassword } from './password.js';
import { answerSelect } from './select.js';
import { answerWebAuthn } from './web-authn.js';

/** The challenges that RespondToAuthChallenge can answer. A new one is a Step in sessions.ts and a line here. */
export type ChallengeName = Exclude<Step['name'], 'SIGN_UP_CONFIRMED'>;

type Answerers = { readonly [N in ChallengeName]: (pool: Pool, turn: Turn<N>) => Promise<AuthAnswer> };

const answerers: Answerers = {
  SELECT_CHALLENGE: answerSelect,
  PASSWORD: answerPassword,
  PASSWORD_SRP: answerPasswordSrp,
  PASSWORD_VERIFIER: answerPasswordVerifier,
  WEB_AUTHN: answerWebAuthn,
  EMAIL_OTP: answerCode,
  SMS_OTP: answerCode,
  SMS_MFA: answerCode,
  SELECT_MFA_TYPE: answerSelectMfa,
  SOFTWARE_TOKEN_MFA: answerSoftwareToken,
  MFA_SETUP: answerMfaSetup,
  NEW_PASSWORD_REQUIRED: answerNewPassword,
  CUSTOM_CHALLENGE: answerCustom,
};

export const isChallengeName = (name: string): name is ChallengeName => Object.hasOwn(answerers, name);

export function answerChallenge<N extends ChallengeName>(pool: Pool, name: N, turn: Turn<N>): Promise<AuthAnswer> {
  return answerers[name](pool, turn);
}
