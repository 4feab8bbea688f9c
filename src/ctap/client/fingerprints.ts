import { BioEnrollment, type Fingerprint, managesFingerprints } from '../bio-enrollment.js';
import { equal } from '../codec/bytes.js';
import { Permission } from '../commands.js';
import { badAnswer } from './answer.js';
import { ClientError } from './errors.js';
import type { CeremonyContext } from './ceremony-context.js';
import { managementToken } from './user-verification.js';

/**
 * Work with the fingerprints of a key for which the person is verified once; the token is zeroed afterwards.
 * @throws ClientError `unsupported` for a key that enrols none, `pin-not-set` for one that wants a PIN first
 */
export async function withFingerprints<T>(
  context: CeremonyContext,
  use: (bio: BioEnrollment) => Promise<T>,
): Promise<T> {
  const { ctap, info } = context.authenticator;
  if (!managesFingerprints(info)) throw new ClientError('unsupported', 'This key enrols no fingerprints');
  const token = await managementToken(context, { permissions: Permission.BIO_ENROLLMENT });
  try {
    return await use(new BioEnrollment(ctap, info, token));
  } finally {
    token.bytes.fill(0);
  }
}

/** Names a fingerprint (by one character or more), and reads the list again. Throws as `BioEnrollment.setFriendlyName`, and ClientError `bad-answer`. */
export async function renameFingerprint(
  bio: BioEnrollment,
  { signal }: CeremonyContext,
  id: Uint8Array,
  name: string,
): Promise<Fingerprint> {
  await bio.setFriendlyName(id, name, { signal });
  const renamed = await find(bio, id, signal);
  if (renamed?.name !== name) throw badAnswer('says that the fingerprint has its name, and the list does not');
  return renamed;
}

/** Takes a fingerprint off the key, and reads the list again. Throws as `BioEnrollment.remove`, and ClientError `bad-answer`. */
export async function removeFingerprint(
  bio: BioEnrollment,
  { authenticator, signal }: CeremonyContext,
  id: Uint8Array,
): Promise<void> {
  await bio.remove(id, { signal });
  await authenticator.refresh({ signal });
  if (await find(bio, id, signal)) throw badAnswer('says that the fingerprint is gone, and the list still has it');
}

async function find(
  bio: BioEnrollment,
  id: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<Fingerprint | undefined> {
  return (await bio.enumerate({ signal })).find((fingerprint) => equal(fingerprint.id, id));
}
