import { CUSTOM_FLOWS, flowsOf } from './app-client.js';
import { missingGuards } from './passkey-only-guards.js';
import { ok, rule } from './rule.js';

const CONSOLE = 'Extensions → Lambda triggers → Add Lambda trigger';

/** The functions that are wanted are called. */
export const wantedTriggers = rule({
  id: 'triggers',
  title: 'Lambda triggers',
  why: 'What the pool itself has no setting for, its triggers decide: who may sign up, and who may still use a password.',
  console: CONSOLE,
  needs: ['pool'],
  judge: ({ pool }, { triggers }) => {
    const set = pool.LambdaConfig ?? {};
    const wanted = Object.entries(triggers);
    // The names are those of LambdaConfig's plain triggers, as the schema of what is desired has them.
    const missing = wanted.filter(([name, arn]) => set[name as keyof typeof triggers] !== arn).map(([name]) => name);
    const names = Object.keys(set).filter((name) => name !== 'KMSKeyID');
    const found = names.length === 0 ? 'None' : names.join(', ');
    if (missing.length === 0) return ok(found);
    return {
      state: 'problem',
      found: `${found}; not as wanted: ${missing.join(', ')}`,
      fix: 'Set them. Each function must also let this pool call it (a permission of the function for cognito-idp.amazonaws.com).',
      mended: { pool: { ...pool, LambdaConfig: { ...set, ...triggers } } },
    };
  },
});

/** Where passkeys are the rule, triggers guard what settings cannot. */
export const passkeyOnlyTrigger = rule({
  id: 'passkey-only-trigger',
  title: 'Triggers for passkeys only',
  why: 'Settings close the doors of one app client. A pre-authentication trigger refuses a password wherever a person has a passkey; refreshes do not reach it, so they need a pre-token-generation trigger.',
  console: CONSOLE,
  needs: ['pool'],
  judge: ({ pool }, { enforcePasskeys }) => {
    const missing = missingGuards(pool.LambdaConfig);
    if (missing.length === 0) return ok('PreAuthentication and PreTokenGeneration are set.');
    if (!enforcePasskeys) return ok('Not wanted');
    return {
      state: 'warning',
      found: `Not set: ${missing.join(', ')}`,
      fix: `Deploy what is missing, then set it (${missing.map((name) => `--trigger ${name}=ARN`).join(' ')}).`,
    };
  },
});

/** CUSTOM_AUTH is whole or absent. */
export const customChallenge = rule({
  id: 'custom-challenge',
  title: 'Custom challenges',
  why: 'A custom challenge is a way in of its own, as strong as its functions are. It needs all three of them; without them the flow only leads to errors.',
  console: 'Extensions → Lambda triggers; Applications → App clients → the client → Edit',
  needs: ['pool', 'client'],
  judge: ({ pool, client }, { enforcePasskeys }) => {
    const set = pool.LambdaConfig ?? {};
    const functions = [set.DefineAuthChallenge, set.CreateAuthChallenge, set.VerifyAuthChallengeResponse];
    const there = functions.filter((arn) => arn !== undefined).length;
    const flows = flowsOf(client);
    const isOpen = flows.some((flow) => CUSTOM_FLOWS.has(flow));
    if (there > 0 && there < functions.length)
      return {
        state: 'warning',
        found: `${there} of the three functions`,
        fix: 'Set all of DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse, or none.',
      };
    if (!isOpen) return ok(there === 0 ? 'None' : 'Set up; this app client does not allow the flow.');
    if (there === 0)
      return {
        state: 'warning',
        found: 'The app client allows the flow, and the pool has no functions for it.',
        fix: 'Close the flow.',
        mended: {
          client: {
            ...client,
            ExplicitAuthFlows: flows.filter((flow) => !CUSTOM_FLOWS.has(flow)),
          },
        },
      };
    if (!enforcePasskeys) return ok('Set up, and allowed for this app client');
    return {
      state: 'warning',
      found: 'This app client may be signed in to by custom challenge.',
      fix: 'Make sure that it is as strong as a passkey, or give it an app client of its own.',
    };
  },
});
