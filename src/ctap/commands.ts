/** The commands of the CTAP2 authenticator API, in the order of their numbers (CTAP 2.2 §6). */
export const CtapCommand = {
  MAKE_CREDENTIAL: 0x01,
  GET_ASSERTION: 0x02,
  GET_INFO: 0x04,
  CLIENT_PIN: 0x06,
  RESET: 0x07,
  GET_NEXT_ASSERTION: 0x08,
  BIO_ENROLLMENT: 0x09,
  CREDENTIAL_MANAGEMENT: 0x0a,
  SELECTION: 0x0b,
  LARGE_BLOBS: 0x0c,
  CONFIG: 0x0d,
  BIO_ENROLLMENT_PREVIEW: 0x40,
  CREDENTIAL_MANAGEMENT_PREVIEW: 0x41,
} as const;
export type CtapCommand = (typeof CtapCommand)[keyof typeof CtapCommand];

/** Subcommands of authenticatorClientPIN (§6.5.5). */
export const PinSubcommand = {
  GET_RETRIES: 0x01,
  GET_KEY_AGREEMENT: 0x02,
  SET_PIN: 0x03,
  CHANGE_PIN: 0x04,
  GET_PIN_TOKEN: 0x05,
  GET_TOKEN_USING_UV: 0x06,
  GET_UV_RETRIES: 0x07,
  GET_TOKEN_USING_PIN: 0x09,
} as const;
export type PinSubcommand = (typeof PinSubcommand)[keyof typeof PinSubcommand];

/** Subcommands of authenticatorBioEnrollment for fingerprints (§6.7). */
export const BioEnrollmentSubcommand = {
  ENROLL_BEGIN: 0x01,
  ENROLL_CAPTURE_NEXT_SAMPLE: 0x02,
  CANCEL_CURRENT_ENROLLMENT: 0x03,
  ENUMERATE_ENROLLMENTS: 0x04,
  SET_FRIENDLY_NAME: 0x05,
  REMOVE_ENROLLMENT: 0x06,
  GET_FINGERPRINT_SENSOR_INFO: 0x07,
} as const;
export type BioEnrollmentSubcommand = (typeof BioEnrollmentSubcommand)[keyof typeof BioEnrollmentSubcommand];

/** Subcommands of authenticatorCredentialManagement (§6.8). */
export const CredentialManagementSubcommand = {
  GET_CREDS_METADATA: 0x01,
  ENUMERATE_RPS_BEGIN: 0x02,
  ENUMERATE_RPS_NEXT: 0x03,
  ENUMERATE_CREDENTIALS_BEGIN: 0x04,
  ENUMERATE_CREDENTIALS_NEXT: 0x05,
  DELETE_CREDENTIAL: 0x06,
  UPDATE_USER_INFORMATION: 0x07,
} as const;
export type CredentialManagementSubcommand =
  (typeof CredentialManagementSubcommand)[keyof typeof CredentialManagementSubcommand];

/**
 * Subcommands of authenticatorConfig (§6.11; the last one since CTAP 2.3). 0xFF, which vendors fill as they like, is not
 * here: nobody knows what it would do to a key.
 */
export const ConfigSubcommand = {
  ENABLE_ENTERPRISE_ATTESTATION: 0x01,
  TOGGLE_ALWAYS_UV: 0x02,
  SET_MIN_PIN_LENGTH: 0x03,
  ENABLE_LONG_TOUCH_FOR_RESET: 0x04,
} as const;
export type ConfigSubcommand = (typeof ConfigSubcommand)[keyof typeof ConfigSubcommand];

/** What a pinUvAuthToken may be used for (§6.5.5.7), as bits. */
export const Permission = {
  MAKE_CREDENTIAL: 0x01,
  GET_ASSERTION: 0x02,
  CREDENTIAL_MANAGEMENT: 0x04,
  BIO_ENROLLMENT: 0x08,
  LARGE_BLOB_WRITE: 0x10,
  AUTHENTICATOR_CONFIGURATION: 0x20,
  PERSISTENT_CREDENTIAL_MANAGEMENT_READ_ONLY: 0x40,
} as const;
export type Permission = (typeof Permission)[keyof typeof Permission];
