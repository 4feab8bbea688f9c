import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';

import { badAnswer } from './errors.js';
import { isObject, isText } from './json.js';

/** Where the service says that a code is on its way to. Whether it arrives there, the service does not know. */
export interface CodeDelivery {
  readonly medium: 'email' | 'sms' | undefined;
  /** Masked by the service. For an account that does not exist it is made up. */
  readonly destination: string | undefined;
}

const MEDIA: Readonly<Record<string, CodeDelivery['medium']>> = { EMAIL: 'email', SMS: 'sms' };

/** Reads CodeDeliveryDetails. Throws CognitoError `bad-answer`. */
export function readDelivery(details: CodeDeliveryDetailsType | undefined): CodeDelivery {
  const read: unknown = details ?? {};
  if (!isObject(read)) throw badAnswer('CodeDeliveryDetails');
  const { DeliveryMedium: medium, Destination: destination } = read;
  if (destination !== undefined && !isText(destination)) throw badAnswer('Destination');
  return { medium: isText(medium) && Object.hasOwn(MEDIA, medium) ? MEDIA[medium] : undefined, destination };
}
