/**
 * The JSON forms of WebAuthn options and responses, as relying parties send and receive them.
 * https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON and #iface-pkcredential (toJSON).
 *
 * Members that we do not know are kept: an extension or a hint of tomorrow must reach the key, or the log, untouched.
 * Where the specification takes any string "and ignores what it does not know" (transports, attachment, attestation),
 * so do these schemas; the reader decides. The window imports types from here, never values.
 */
import { z } from 'zod';

/** Unpadded base64url (RFC 4648 §5). A length of 4n+1 characters can encode nothing. */
export const Base64Url = z
  .string()
  .regex(/^[A-Za-z0-9_-]*$/, 'expected base64url without padding')
  .refine((text) => text.length % 4 !== 1, 'expected base64url of whole bytes');

const NonEmptyBase64Url = Base64Url.min(1);

/** How many bytes an unpadded base64url text stands for. */
const byteLength = (text: string): number => Math.floor((text.length * 3) / 4);

/** "public-key" today; unknown types are skipped by whoever reads the list. */
const CredentialType = z.string().min(1);
const Milliseconds = z.number().nonnegative();

/** Values for prf to evaluate. */
const PrfValues = z.strictObject({ first: Base64Url, second: Base64Url.optional() });

const bothExtensions = {
  largeBlob: z
    .strictObject({
      support: z.enum(['required', 'preferred']).optional(),
      read: z.boolean().optional(),
      write: Base64Url.optional(),
    })
    .optional(),
  prf: z
    .strictObject({ eval: PrfValues.optional(), evalByCredential: z.record(NonEmptyBase64Url, PrfValues).optional() })
    .optional(),
};

/** Inputs of extensions that Keydesk knows have the shape that it knows; those of others pass as they are. */
const CreationExtensions = z.looseObject({
  credProps: z.boolean().optional(),
  credentialProtectionPolicy: z
    .enum(['userVerificationOptional', 'userVerificationOptionalWithCredentialIDList', 'userVerificationRequired'])
    .optional(),
  enforceCredentialProtectionPolicy: z.boolean().optional(),
  credBlob: Base64Url.optional(),
  minPinLength: z.boolean().optional(),
  ...bothExtensions,
});
const RequestExtensions = z.looseObject({ getCredBlob: z.boolean().optional(), ...bothExtensions });

/** Results are for the relying party, whatever they are. Those of prf are secrets: they go through here and into no log. */
const ExtensionResults = z.record(z.string(), z.unknown());
const UserVerification = z.string().default('preferred');

const Descriptor = z.looseObject({
  id: NonEmptyBase64Url,
  type: CredentialType,
  transports: z.array(z.string()).optional(),
});

export const PublicKeyCredentialCreationOptionsJSON = z.looseObject({
  rp: z.looseObject({ id: z.string().min(1).optional(), name: z.string() }),
  user: z.looseObject({
    /** The user handle: 1 to 64 bytes. */
    id: NonEmptyBase64Url.refine((text) => byteLength(text) <= 64, 'expected a user handle of at most 64 bytes'),
    name: z.string(),
    displayName: z.string(),
  }),
  challenge: NonEmptyBase64Url,
  pubKeyCredParams: z.array(z.looseObject({ type: CredentialType, alg: z.int() })),
  timeout: Milliseconds.optional(),
  excludeCredentials: z.array(Descriptor).optional(),
  authenticatorSelection: z
    .looseObject({
      authenticatorAttachment: z.string().optional(),
      residentKey: z.string().optional(),
      requireResidentKey: z.boolean().optional(),
      userVerification: UserVerification,
    })
    .optional(),
  hints: z.array(z.string()).optional(),
  attestation: z.string().optional(),
  attestationFormats: z.array(z.string()).optional(),
  extensions: CreationExtensions.optional(),
});
export type PublicKeyCredentialCreationOptionsJSON = z.infer<typeof PublicKeyCredentialCreationOptionsJSON>;

export const PublicKeyCredentialRequestOptionsJSON = z.looseObject({
  challenge: NonEmptyBase64Url,
  timeout: Milliseconds.optional(),
  rpId: z.string().min(1).optional(),
  allowCredentials: z.array(Descriptor).optional(),
  userVerification: UserVerification,
  hints: z.array(z.string()).optional(),
  extensions: RequestExtensions.optional(),
});
export type PublicKeyCredentialRequestOptionsJSON = z.infer<typeof PublicKeyCredentialRequestOptionsJSON>;

/** What every answer of a key has besides its `response`. */
const credential = {
  id: NonEmptyBase64Url,
  rawId: NonEmptyBase64Url,
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().optional(),
  clientExtensionResults: ExtensionResults,
};

export const RegistrationResponseJSON = z
  .looseObject({
    ...credential,
    response: z.looseObject({
      clientDataJSON: NonEmptyBase64Url,
      attestationObject: NonEmptyBase64Url,
      authenticatorData: NonEmptyBase64Url.optional(),
      transports: z.array(z.string()).optional(),
      /** Subject public key info; absent for algorithms the client does not understand. */
      publicKey: NonEmptyBase64Url.optional(),
      publicKeyAlgorithm: z.int().optional(),
    }),
  })
  .refine((answer) => answer.id === answer.rawId, { path: ['rawId'], message: 'expected rawId to equal id' });
export type RegistrationResponseJSON = z.infer<typeof RegistrationResponseJSON>;

export const AuthenticationResponseJSON = z
  .looseObject({
    ...credential,
    response: z.looseObject({
      clientDataJSON: NonEmptyBase64Url,
      authenticatorData: NonEmptyBase64Url,
      signature: NonEmptyBase64Url,
      userHandle: Base64Url.optional(),
    }),
  })
  .refine((answer) => answer.id === answer.rawId, { path: ['rawId'], message: 'expected rawId to equal id' });
export type AuthenticationResponseJSON = z.infer<typeof AuthenticationResponseJSON>;
