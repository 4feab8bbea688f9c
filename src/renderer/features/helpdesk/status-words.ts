/** UserStatus of the service. https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserType.html */
const WORDS: Readonly<Record<string, string>> = {
  UNCONFIRMED: 'Not confirmed',
  CONFIRMED: 'Confirmed',
  RESET_REQUIRED: 'Password reset required',
  FORCE_CHANGE_PASSWORD: 'Must change password',
  EXTERNAL_PROVIDER: 'External provider',
  UNKNOWN: 'Unknown',
};

/** A status in words; one that we do not know as the service writes it. */
export function statusWords(status: string): string {
  return WORDS[status] ?? status;
}
