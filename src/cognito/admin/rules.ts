import { deletionProtection, signUp } from './rules/accounts.js';
import {
  choiceBasedSignIn,
  clientSecret,
  otherClients,
  passwordFlows,
  sessionValidity,
  userExistence,
} from './rules/app-client.js';
import { firstFactors } from './rules/first-factors.js';
import { email, sms } from './rules/messages.js';
import { factorConfiguration, userVerification } from './rules/passkey-settings.js';
import { planTier } from './rules/plan-tier.js';
import { managedLoginDomain, relyingParty } from './rules/relying-party.js';
import type { Rule } from './rules/rule.js';
import { tokenRefresh, tokenRevocation } from './rules/tokens.js';
import { customChallenge, passkeyOnlyTrigger, wantedTriggers } from './rules/triggers.js';

/** The whole checklist, in the order in which it is shown: one line each, from what passkeys need to what surrounds them. */
export const rules: readonly Rule[] = [
  planTier,
  relyingParty,
  managedLoginDomain,
  userVerification,
  factorConfiguration,
  firstFactors,
  clientSecret,
  choiceBasedSignIn,
  passwordFlows,
  customChallenge,
  otherClients,
  sessionValidity,
  userExistence,
  tokenRevocation,
  tokenRefresh,
  wantedTriggers,
  passkeyOnlyTrigger,
  signUp,
  email,
  sms,
  deletionProtection,
];
