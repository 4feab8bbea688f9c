/**
 * What FIDO's metadata service says of models (FIDO Metadata Service 3.0 §3.1, Metadata Statement 3.0 §4), as far as Keydesk uses it.
 * https://fidoalliance.org/specs/mds/fido-metadata-service-v3.0-ps-20210518.html
 *
 * Read leniently: members and statuses that we do not know are kept, and an entry that cannot be read costs only itself.
 */
import { z } from 'zod';

/** A day such as 2026-11-23. */
export const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day such as 2026-11-23');

export const StatusReport = z.looseObject({
  /** An AuthenticatorStatus; new ones appear from time to time. */
  status: z.string(),
  /** The day from which it counts; undefined: for as long as it stands there. */
  effectiveDate: Day.optional().catch(undefined),
  /** The firmware that it is about, as getInfo numbers it. */
  authenticatorVersion: z.int().optional().catch(undefined),
  /** Of an attestation key that was lost: its certificate, base64. Without it the whole model is meant. */
  certificate: z.string().optional().catch(undefined),
});
export type StatusReport = z.infer<typeof StatusReport>;

const ClaimedInfo = z.looseObject({
  versions: z.array(z.string()).catch([]),
  extensions: z.array(z.string()).catch([]),
  options: z.record(z.string(), z.boolean()).catch({}),
});

export const MetadataEntry = z.looseObject({
  /** Only FIDO2 models have one: U2F and UAF entries are left aside. */
  aaguid: z.guid().transform((text) => text.toLowerCase()),
  statusReports: z.array(StatusReport),
  timeOfLastStatusChange: z.string().optional().catch(undefined),
  metadataStatement: z
    .looseObject({
      description: z.string().catch(''),
      /** basic_full, basic_surrogate, … (FIDO registry §3.6.3). */
      attestationTypes: z.array(z.string()).catch([]),
      /** Base64 of DER, standard alphabet. */
      attestationRootCertificates: z.array(z.string()).catch([]),
      authenticatorGetInfo: ClaimedInfo.optional().catch(undefined),
    })
    .optional(),
});
export type MetadataEntry = z.infer<typeof MetadataEntry>;

/** A blob that was verified. */
export interface Metadata {
  readonly no: number;
  /** The day on which a newer one should be there. */
  readonly nextUpdate: string;
  /** By AAGUID, as a UUID in small letters. */
  readonly entries: ReadonlyMap<string, MetadataEntry>;
  /** Entries of FIDO2 models that could not be read. */
  readonly unreadable: number;
}

/** Whether a newer blob should be there. `now` in milliseconds since 1970; the day itself still counts. */
export function isStale({ nextUpdate }: Pick<Metadata, 'nextUpdate'>, now: number): boolean {
  return dayOf(now) > nextUpdate;
}

export function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}
