import { create } from '../ctap/client/create.js';
import type { MadeCredential } from '../ctap/client/ceremony-context.js';
import type { CreationOptionsJSON, RegistrationJSON } from '../ctap/client/webauthn-json.js';
import { refusalsOfMade } from '../passport/attested.js';
import { enterpriseRpIdsOf, type PolicyState } from '../passport/policy.js';
import type { Context } from './context.js';
import type { KeySession } from './key-session.js';
import { demandAllowed, throwRefusals } from './policy-gate.js';

/**
 * Makes a passkey on a key that the station's policy allows; the key is asked for nothing before that is known. What the
 * key proves of itself is held against the policy too: a passkey that falls short is named, so that it can be taken off again.
 * @param session with `onResponse`, told of what the key has made before anything else is done with it
 * @throws Problem `policy/…`, and whatever `create` throws
 */
export async function createAllowed(
  options: CreationOptionsJSON,
  origin: string,
  session: KeySession & { readonly onResponse?: (response: RegistrationJSON) => Promise<void> },
  { station }: Pick<Context, 'station'>,
): Promise<RegistrationJSON> {
  const passport = await demandAllowed(session, station());
  const [policy, metadata] = await Promise.all([station().policy(), station().believedMetadata()]);
  const made: MadeCredential[] = [];
  const response = await create(verifyingAsDemanded(options, policy), origin, {
    ...session,
    enterpriseRpIds: enterpriseRpIdsOf(policy),
    onMade: (one) => made.push(one),
  });
  await session.onResponse?.(response);
  const sources = { metadata, now: Date.now() };
  throwRefusals(
    made.flatMap((one) => refusalsOfMade(one, passport, policy, sources)),
    `The passkey is on the key all the same. Take it off with \`keydesk credentials delete ${response.id}\`.`,
  );
  return response;
}

function verifyingAsDemanded(options: CreationOptionsJSON, state: PolicyState): CreationOptionsJSON {
  if (state.state !== 'active' || state.policy.requireUserVerification !== true) return options;
  return { ...options, authenticatorSelection: { ...options.authenticatorSelection, userVerification: 'required' } };
}
