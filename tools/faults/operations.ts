import { createHash } from 'node:crypto';

import { create } from '../../src/ctap/client/create.js';
import { get } from '../../src/ctap/client/get.js';
import { ClientError } from '../../src/ctap/client/errors.js';
import { isRefusal } from '../../src/ctap/client/refusal.js';
import { silentHandle } from '../../src/ctap/client/silent-handle.js';
import { whoByAssertion } from '../../src/ctap/client/who-by-assertion.js';
import { whoIsIt } from '../../src/ctap/client/who-is-it.js';
import type { HeldToken } from '../../src/ctap/client/held-token.js';
import type { CredentialDescriptor } from '../../src/ctap/credentials.js';
import { managesCredentials } from '../../src/ctap/credential-management.js';
import type { DeviceInfo } from '../../src/ctap/get-info.js';
import type { CeremonyContext } from '../../src/ctap/client/ceremony-context.js';
import { equal, toBase64url } from '../../src/ctap/codec/bytes.js';
import { CtapError } from '../../src/ctap/errors.js';
import { encodePin } from '../../src/ctap/pin/pin.js';
import { reset } from '../../src/ctap/reset.js';
import { FailureError } from '../../src/failures/failure-error.js';
import { removeCredential } from '../../src/ctap/client/remove-credential.js';
import type { KeyState } from '../../src/softkey/store/key-state.js';
import { creation, ORIGIN, PIN, request, RP_ID } from '../../tests/ctap/options.js';

const NEW_PIN = 'another-5678';

/** What an operation ended with, and what the key has become by it. */
interface Ended {
  readonly outcome: { readonly value: unknown } | { readonly error: unknown };
  readonly before: KeyState;
  readonly after: KeyState;
  /** Whether the request that makes a credential went out. */
  readonly isSent: boolean;
  readonly signal: AbortSignal;
}

/** An errand at a key that has a PIN and one credential, and how to hold what was told against what has happened. */
export interface Operation {
  readonly name: string;
  /** Whether such a key can do it at all; each can unless it is said. */
  readonly isFor?: (info: DeviceInfo) => boolean;
  readonly run: (context: CeremonyContext) => Promise<unknown>;
  /** What is wrong between the two: an orphan, or something that was said and is not so. */
  readonly judge: (ended: Ended) => 'orphan' | 'untrue' | undefined;
}

const making: Operation = {
  name: 'create',
  run: (context) => create(creation({ user: { id: 'bmV3', name: 'new', displayName: 'New' } }), ORIGIN, context),
  judge: ({ outcome, before, after, isSent, signal }) => {
    const made = after.credentials.filter(({ id }) => !before.credentials.some((known) => equal(known.id, id)));
    if ('value' in outcome) {
      const [only] = made;
      const { id } = outcome.value as { id: string };
      return made.length === 1 && only && toBase64url(only.id) === id ? undefined : 'untrue';
    }
    const mayExist = isSent && !isRefusal(outcome.error, signal);
    return made.length > 0 && !mayExist ? 'orphan' : undefined;
  },
};

const signingIn: Operation = {
  name: 'get',
  run: (context) => get(request(), ORIGIN, context),
  judge: ({ outcome, before, after }) =>
    'value' in outcome && after.signCount === before.signCount ? 'untrue' : undefined,
};

/** A sign-in as whom the key has just been found to be of, for one PIN entry. */
async function tapIn(
  context: CeremonyContext,
  found: { readonly credential: CredentialDescriptor | undefined; readonly verified: HeldToken | undefined },
): Promise<unknown> {
  const { credential, verified } = found;
  try {
    if (!credential) throw new ClientError('no-credentials', 'The key is nobody’s');
    const allowCredentials = [{ id: toBase64url(credential.id), type: 'public-key' }];
    return await get(request({ allowCredentials }), ORIGIN, { ...context, session: verified });
  } finally {
    verified?.drop();
  }
}

/** Who has signed is somebody whose credential is on the key, and it has counted that. */
const isOfTheKey: Operation['judge'] = ({ outcome, before, after }) => {
  if ('error' in outcome) return undefined;
  const { id } = outcome.value as { id: string };
  const isKnown = before.credentials.some((stored) => toBase64url(stored.id) === id);
  return isKnown && after.signCount > before.signCount ? undefined : 'untrue';
};

const tappingInByList: Operation = {
  name: 'tap in by list',
  isFor: managesCredentials,
  run: async (context) => {
    const { accounts, verified } = await whoIsIt(context, RP_ID);
    return tapIn(context, { credential: accounts[0]?.credential, verified });
  },
  judge: isOfTheKey,
};

const tappingInByTouch: Operation = {
  name: 'tap in by touch',
  run: async (context) => {
    const { account, verified } = await whoByAssertion(context, { rpId: RP_ID, origin: ORIGIN });
    return tapIn(context, { credential: account?.credential, verified });
  },
  judge: isOfTheKey,
};

/** The question that nobody waits for: the key is as it was, whatever it says. */
const greeting: Operation = {
  name: 'greeting',
  run: (context) => silentHandle(context, RP_ID),
  judge: ({ outcome, before }) => {
    if ('error' in outcome || outcome.value === undefined) return undefined;
    const handle = outcome.value as Uint8Array;
    return before.credentials.some(({ user }) => equal(user.id, handle)) ? undefined : 'untrue';
  },
};

const changingPin: Operation = {
  name: 'PIN change',
  run: async ({ authenticator, signal }) => {
    const { clientPin } = authenticator;
    if (!clientPin) throw new FailureError({ code: 'key/unsupported' });
    await clientPin.changePin(encodePin(PIN), encodePin(NEW_PIN), { signal });
  },
  judge: ({ outcome, before, after, signal }) => {
    const isNew = after.pin !== undefined && equal(after.pin.hash, hashOf(NEW_PIN));
    const isOld = after.pin !== undefined && before.pin !== undefined && equal(after.pin.hash, before.pin.hash);
    if ('value' in outcome) return isNew ? undefined : 'untrue';
    return isRefusal(outcome.error, signal) && !isOld ? 'untrue' : undefined;
  },
};

const deleting: Operation = {
  name: 'delete',
  isFor: managesCredentials,
  run: (context) => removeCredential(context, RP_ID, () => true),
  judge: ({ outcome, after }) => ('value' in outcome && after.credentials.length > 0 ? 'untrue' : undefined),
};

const resetting: Operation = {
  name: 'reset',
  run: async ({ authenticator, signal }) => {
    await reset(authenticator.ctap, { signal });
  },
  judge: ({ outcome, before, after, signal }) => {
    const isBlank = after.pin === undefined && after.credentials.length === 0;
    const isAsBefore = after.pin !== undefined && after.credentials.length === before.credentials.length;
    if ('value' in outcome) return isBlank ? undefined : 'untrue';
    const isRefused = outcome.error instanceof CtapError || isRefusal(outcome.error, signal);
    return isRefused && !isAsBefore ? 'untrue' : undefined;
  },
};

export const OPERATIONS: readonly Operation[] = [
  making,
  signingIn,
  tappingInByList,
  tappingInByTouch,
  greeting,
  changingPin,
  deleting,
  resetting,
];

function hashOf(pin: string): Uint8Array {
  return createHash('sha256').update(encodePin(pin)).digest().subarray(0, 16);
}
