import { z } from 'zod';

import { newClient, newSettings } from './new-settings.js';
import type { Settings } from './settings.js';

/** What a state file of version 1 had in place of settings: the id of its one app client. */
const Version1 = z.looseObject({ version: z.literal(1), clientId: z.string() });

/** The content of a state file in the form of today; what is of no form that ever was stays as it is. */
export function upgrade(json: unknown): unknown {
  const old = Version1.safeParse(json);
  if (!old.success) return json;
  const { clientId, ...rest } = old.data;
  // When that pool was made was not kept.
  const clients: Settings['clients'] = [newClient(clientId, 0)];
  return { ...rest, version: 2, createdAt: 0, settings: { ...newSettings(0), clients } };
}
