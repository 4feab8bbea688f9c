export type Medium = 'EMAIL' | 'SMS';
export type AddressAttribute = 'email' | 'phone_number';

/** What a message with a code is for. For `temporary-password` its code is the password itself. */
type CodePurpose =
  'confirm-sign-up' | 'sign-in' | 'second-factor' | 'temporary-password' | 'reset-password' | 'verify-attribute';

/** A message the pool would send, by e-mail or SMS. */
export interface Mail {
  to: string;
  medium: Medium;
  username: string;
  /** A notice has none. */
  code?: string;
  purpose: CodePurpose | 'notice';
  /** Of a notice, or of a CustomMessage trigger with the code in them. */
  subject?: string;
  text?: string;
}

/** Where the service says that a code went. */
export interface CodeDeliveryDetails {
  AttributeName: AddressAttribute;
  DeliveryMedium: Medium;
  Destination: string;
}

/** Why a message is sent: which CustomMessage event it is, and what the caller passed along for it. */
export interface Occasion {
  readonly purpose: CodePurpose;
  readonly source: `CustomMessage_${string}`;
  readonly clientId: string;
  readonly clientMetadata: Readonly<Record<string, string>>;
}
