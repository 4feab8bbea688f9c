/**
 * WebAuthn options and responses in their JSON form (WebAuthn Level 3 §5.1): binary members are unpadded base64url.
 * Only what the client reads or writes is named; other members may be there.
 */

export interface CredentialDescriptorJSON {
  readonly id: string;
  readonly type: string;
  readonly transports?: readonly string[] | undefined;
}

/** Values for prf to evaluate, or what came of it: secrets then. */
export interface PrfValuesJSON {
  readonly first: string;
  readonly second?: string | undefined;
}

interface PrfInputsJSON {
  readonly eval?: PrfValuesJSON | undefined;
  /** By credential ID. */
  readonly evalByCredential?: Readonly<Record<string, PrfValuesJSON>> | undefined;
}

interface LargeBlobInputsJSON {
  readonly support?: string | undefined;
  readonly read?: boolean | undefined;
  readonly write?: string | undefined;
}

/** Extension inputs at creation. Others may be there, and are ignored. */
export interface CreationExtensionsJSON {
  readonly credProps?: boolean | undefined;
  readonly credentialProtectionPolicy?: string | undefined;
  readonly enforceCredentialProtectionPolicy?: boolean | undefined;
  readonly credBlob?: string | undefined;
  readonly minPinLength?: boolean | undefined;
  readonly largeBlob?: LargeBlobInputsJSON | undefined;
  readonly prf?: PrfInputsJSON | undefined;
  readonly [other: string]: unknown;
}

/** Extension inputs when signing in. */
export interface RequestExtensionsJSON {
  readonly getCredBlob?: boolean | undefined;
  readonly largeBlob?: LargeBlobInputsJSON | undefined;
  readonly prf?: PrfInputsJSON | undefined;
  readonly [other: string]: unknown;
}

/** Client extension results of both. `prf.results` are secrets: never to be logged. */
export type ExtensionResultsJSON = {
  credProps?: { rk: boolean };
  credBlob?: boolean;
  getCredBlob?: string;
  minPinLength?: number;
  largeBlob?: { supported?: boolean; blob?: string; written?: boolean };
  prf?: { enabled?: boolean; results?: PrfValuesJSON };
};

export interface CreationOptionsJSON {
  readonly rp: { readonly id?: string | undefined; readonly name: string };
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  readonly challenge: string;
  readonly pubKeyCredParams: readonly { readonly type: string; readonly alg: number }[];
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly excludeCredentials?: readonly CredentialDescriptorJSON[] | undefined;
  readonly authenticatorSelection?:
    | {
        readonly residentKey?: string | undefined;
        readonly requireResidentKey?: boolean | undefined;
        readonly userVerification?: string | undefined;
      }
    | undefined;
  readonly attestation?: string | undefined;
  readonly extensions?: CreationExtensionsJSON | undefined;
}

export interface RequestOptionsJSON {
  readonly challenge: string;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly rpId?: string | undefined;
  readonly allowCredentials?: readonly CredentialDescriptorJSON[] | undefined;
  readonly userVerification?: string | undefined;
  readonly extensions?: RequestExtensionsJSON | undefined;
}

/** Type aliases, unlike interfaces, may be passed on where other members are allowed. */
type CredentialJSON = {
  id: string;
  rawId: string;
  type: 'public-key';
  authenticatorAttachment: 'cross-platform';
  clientExtensionResults: ExtensionResultsJSON;
};

export type RegistrationJSON = CredentialJSON & {
  response: {
    clientDataJSON: string;
    attestationObject: string;
    authenticatorData: string;
    transports: string[];
    publicKeyAlgorithm: number;
    /** SubjectPublicKeyInfo; absent for algorithms whose keys we cannot write in that form. */
    publicKey?: string;
  };
};

export type AuthenticationJSON = CredentialJSON & {
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string };
};
