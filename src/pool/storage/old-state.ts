import { z } from 'zod';

import { newClient, newSettings } from '../new-settings.js';
import type { Settings } from '../settings.js';
import { State } from '../state.js';

/** State files of before the log held the whole state as one JSON object. */
const Version2 = z.strictObject({ version: z.literal(2), ...State.shape });

/** Users of version 1, and of the first of version 2, know of no SRP and no second factor; their sign-ins of no rotation. */
const OldUser = z.looseObject({
  password: z.looseObject({}).nullable(),
  /** A sign-up code that was mailed. */
  confirmation: z.looseObject({}).nullable(),
});
const OldGrant = z.looseObject({ retired: z.undefined().optional() });

/** What a state file of version 1 had in place of settings: the id of its one app client. */
const Version1 = z.looseObject({ version: z.literal(1), clientId: z.string() });
const WithRecords = z.looseObject({ users: z.array(z.unknown()), grants: z.array(z.unknown()) });

/** Reads the content of such a file; undefined when it is none. */
export function readOldState(json: unknown): State | undefined {
  const read = Version2.safeParse(withRecords(withSettings(json))).data;
  if (!read) return undefined;
  const { userPoolId, createdAt, secret, signingKeys, settings, users, groups, grants } = read;
  return { userPoolId, createdAt, secret, signingKeys, settings, users, groups, grants };
}

function withSettings(json: unknown): unknown {
  const old = Version1.safeParse(json);
  if (!old.success) return json;
  const { clientId, ...rest } = old.data;
  // When that pool was made was not kept.
  const clients: Settings['clients'] = [newClient(clientId, 0)];
  return { ...rest, version: 2, createdAt: 0, settings: { ...newSettings(0), clients } };
}

function withRecords(json: unknown): unknown {
  const { success, data } = WithRecords.safeParse(json);
  return success ? { ...data, users: data.users.map(userOfToday), grants: data.grants.map(grantOfToday) } : json;
}

function userOfToday(json: unknown): unknown {
  const old = OldUser.safeParse(json);
  if (!old.success) return json;
  const { confirmation, password, ...rest } = old.data;
  return {
    ...rest,
    password: password && { ...password, srp: null },
    codes: confirmation ? { 'confirm-sign-up': { ...confirmation, attribute: 'email' } } : {},
    pendingAttributes: {},
    mfa: { enabled: [], preferred: null, webAuthn: false },
    softwareToken: null,
    pendingSoftwareToken: null,
  };
}

function grantOfToday(json: unknown): unknown {
  const old = OldGrant.safeParse(json);
  return old.success ? { ...old.data, retired: [], amr: [] } : json;
}
