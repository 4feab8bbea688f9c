import type { ChallengeResult } from './events.js';
import { TriggerSources } from './events.js';
import { Refusal } from './refusal.js';

type TriggerName = keyof typeof TriggerSources;

/** What every trigger needs of its event, and the request's members for those that need more. */
export interface EventHead<Source extends string> {
  readonly source: Source;
  readonly userPoolId: string;
  readonly userName: string;
  readonly clientId: string;
  /** Nobody by that name; Cognito goes on as if there were, so that the caller does not learn it. */
  readonly userNotFound: boolean;
  readonly attributes: ReadonlyMap<string, string>;
  readonly request: Readonly<Record<string, unknown>>;
  /** The response as it came. */
  readonly response: object;
  /** The event with a response in place of its own; everything else goes back as it came, known or not. */
  answered(response: object): object;
}

/** Reads an event of the trigger. Throws Refusal `malformed-event` when something that decisions rest on is missing. */
export function readEvent<Name extends TriggerName>(
  trigger: Name,
  event: unknown,
): EventHead<(typeof TriggerSources)[Name][number]> {
  const whole = record(event, 'event');
  const request = record(whole['request'], 'request');
  const userNotFound = request['userNotFound'] === true;
  // A user who does not exist may have no attributes at all.
  const attributes = userNotFound ? (request['userAttributes'] ?? {}) : request['userAttributes'];
  const sources: readonly (typeof TriggerSources)[Name][number][] = TriggerSources[trigger];
  const source = sources.find((known) => known === whole['triggerSource']);
  if (source === undefined) throw malformed('triggerSource');
  return {
    source,
    userPoolId: text(whole['userPoolId'], 'userPoolId'),
    userName: text(whole['userName'], 'userName'),
    clientId: text(record(whole['callerContext'], 'callerContext')['clientId'], 'clientId'),
    userNotFound,
    attributes: strings(attributes, 'userAttributes'),
    request,
    response: record(whole['response'] ?? {}, 'response'),
    answered: (response) => ({ ...whole, response }),
  };
}

/** The rounds played so far. Throws Refusal `malformed-event` for anything that is not a list of them. */
export function readSession(value: unknown): readonly ChallengeResult[] {
  if (!Array.isArray(value)) throw malformed('session');
  return value.map((entry: unknown) => {
    const round = record(entry, 'session');
    const metadata = round['challengeMetadata'];
    if (typeof round['challengeResult'] !== 'boolean') throw malformed('challengeResult');
    return {
      challengeName: text(round['challengeName'], 'challengeName'),
      challengeResult: round['challengeResult'],
      ...(typeof metadata === 'string' && { challengeMetadata: metadata }),
    };
  });
}

/** The string members of an object; others are none of ours. Throws Refusal `malformed-event` when it is no object. */
export function strings(value: unknown, name: string): ReadonlyMap<string, string> {
  const entries = Object.entries(record(value, name));
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** A string that is not empty. Throws Refusal `malformed-event`. */
export function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw malformed(name);
  return value;
}

export const malformed = (member: string): Refusal =>
  new Refusal('malformed-event', { cause: `The event lacks a usable ${member}` });

function record(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(name);
  // An object that is no array has members by name, of whatever type.
  return value as Readonly<Record<string, unknown>>;
}
