import { BioEnrollment, type Fingerprint, type Sample, SampleStatus } from '../../ctap/bio-enrollment.js';
import { enrolFingerprint } from '../../ctap/client/enrol-fingerprint.js';
import { equal, fromBase64url, toBase64url } from '../../ctap/codec/bytes.js';
import type { CheckedInput } from '../../shared/ipc.js';
import type { StoredFingerprint, StoredFingerprints } from '../../shared/on-key.js';
import { FailureError } from '../../failures/failure-error.js';
import type { CeremonyWork } from './ceremonies.js';
import type { KeyVisits } from './visits.js';

export function listFingerprints(
  visits: KeyVisits,
  { ceremonyId, keyId }: CheckedInput<'fingerprints.list'>,
): Promise<StoredFingerprints> {
  return visits.run(ceremonyId, keyId, async ({ authenticator: { ctap, info }, signal }, token) => {
    const bio = new BioEnrollment(ctap, info, token);
    const { maxSamples, maxNameLength } = await bio.sensorInfo({ signal });
    return { maxSamples, maxNameLength, fingerprints: (await bio.enumerate({ signal })).map(describe) };
  });
}

/** Enrols a finger, with the person told of every sample. */
export function addFingerprint(
  visits: KeyVisits,
  { ceremonyId, keyId, name }: CheckedInput<'fingerprints.add'>,
): Promise<StoredFingerprint> {
  return visits.run(ceremonyId, keyId, async (work, token) => {
    const { ctap, info } = work.authenticator;
    const bio = new BioEnrollment(ctap, info, token);
    return describe(await enrolFingerprint(bio, ...enrolment(work, name)));
  });
}

export function renameFingerprint(
  visits: KeyVisits,
  { ceremonyId, keyId, id, name }: CheckedInput<'fingerprints.rename'>,
): Promise<void> {
  return visits.run(ceremonyId, keyId, async ({ authenticator: { ctap, info }, signal }, token) => {
    const bio = new BioEnrollment(ctap, info, token);
    const bytes = fromBase64url(id);
    await bio.setFriendlyName(bytes, name, { signal });
    if ((await find(bio, bytes))?.name !== name)
      throw new FailureError({ code: 'key/unchanged', detail: 'the fingerprint has another name' });
  });
}

/** Deletes a fingerprint, and reads the list again to see that it is gone. */
export function deleteFingerprint(
  visits: KeyVisits,
  { ceremonyId, keyId, id }: CheckedInput<'fingerprints.delete'>,
): Promise<void> {
  return visits.run(ceremonyId, keyId, async ({ authenticator: { ctap, info }, signal }, token) => {
    const bio = new BioEnrollment(ctap, info, token);
    const bytes = fromBase64url(id);
    await bio.remove(bytes, { signal });
    if (await find(bio, bytes))
      throw new FailureError({ code: 'key/unchanged', detail: 'the fingerprint is still listed' });
  });
}

/** The window shows one thing all along: which sample is wanted, and what became of the one before. */
function enrolment(work: CeremonyWork, name: string | undefined) {
  const { interaction } = work;
  let last: (Sample & { readonly total: number }) | undefined;
  const show = () => {
    interaction.sample(last);
  };
  const shown = {
    touch: show,
    fingerprint: show,
    wait: () => undefined,
    pin: interaction.pin.bind(interaction),
    newPin: interaction.newPin.bind(interaction),
    changePin: interaction.changePin.bind(interaction),
    account: interaction.account.bind(interaction),
  };
  const onSample = (sample: Sample) => {
    const good = sample.status === SampleStatus.FP_GOOD ? 1 : 0;
    last = { ...sample, total: Math.max(last?.total ?? 0, sample.remaining + good) };
    if (sample.remaining > 0) show();
    else interaction.wait();
  };
  return [
    { ...work, interaction: shown },
    { name, onSample },
  ] as const;
}

async function find(bio: BioEnrollment, id: Uint8Array): Promise<Fingerprint | undefined> {
  return (await bio.enumerate()).find((one) => equal(one.id, id));
}

function describe({ id, name }: Fingerprint): StoredFingerprint {
  return { id: toBase64url(id), ...(name !== undefined && { name }) };
}
