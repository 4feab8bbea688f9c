import type { CallOptions } from '../cognito/call.js';
import type { CaseStep, Plan, PlannedStep, PoolUser, SessionWay } from '../shared/helpdesk.js';
import { type CaseFile, hasOpenSession, isDisabledHere, lastOf, passkeysOf, unsettled } from './case.js';
import { differences, readPerson, seenOf } from './check-person.js';
import type { HelpdeskOptions } from './desk.js';

/** What the operator means to do. */
export interface Wish {
  readonly disable: boolean;
  readonly way: SessionWay;
}

/**
 * A dry run: reads how the person is, and tells what would be done from here to the end of the case. Changes nothing. How many
 * passkeys there are is not told: no administrator may list them.
 * @param file of an open case; undefined for a person of whom there is none
 */
export async function planFor(
  options: Pick<HelpdeskOptions, 'administration'>,
  { user, file, wish }: { readonly user: PoolUser; readonly file: CaseFile | undefined; readonly wish: Wish },
  call: CallOptions = {},
): Promise<Plan> {
  const about = file ?? { person: { sub: user.sub, username: user.username }, entries: [], seen: seenOf(user) };
  const person = await readPerson(options, about, call);
  return { person, changes: differences(about.seen, seenOf(person)), steps: stepsFor(person, about, wish) };
}

type About = Pick<CaseFile, 'entries'>;

function stepsFor(person: PoolUser, about: About, { disable, way }: Wish): PlannedStep[] {
  const isDone = (step: CaseStep) => lastOf(about, step)?.phase === 'done';
  const hadSession = lastOf(about, 'session') !== undefined;
  const isBarred = !person.enabled && !isDisabledHere(about);
  const willDisable = disable && person.enabled && !hadSession;
  const safe: PlannedStep[] = [
    {
      step: 'sign-out',
      isNeeded: !isDone('sign-out'),
      calls: ['AdminUserGlobalSignOut'],
      says: isDone('sign-out') ? 'Was signed out everywhere in this case.' : 'Would be signed out everywhere.',
    },
    {
      step: 'disable',
      isNeeded: willDisable,
      calls: ['AdminDisableUser'],
      says: person.enabled
        ? willDisable
          ? 'Would be barred from signing in.'
          : 'Stays able to sign in.'
        : 'Is barred from signing in already.',
    },
  ];
  if (person.isFederated) {
    const says =
      'No passkey of theirs is in this pool: they sign in with another identity provider. Only making safe is possible.';
    return [
      ...safe,
      { step: 'session', isNeeded: false, calls: [], says },
      ending(about, willDisable || isDisabledHere(about)),
    ];
  }
  if (isBarred) {
    const says =
      'Would be refused: somebody else has disabled this person. They would have to be enabled deliberately first.';
    return [...safe, { step: 'session', isNeeded: true, calls: [], says }, ending(about, false)];
  }
  return [
    ...safe,
    ...sessionSteps(person, way, willDisable || isDisabledHere(about)),
    ...passkeySteps(about),
    ending(about, true),
  ];
}

function sessionSteps(person: PoolUser, way: SessionWay, isDisabled: boolean): PlannedStep[] {
  const enable: PlannedStep = {
    step: 'enable',
    isNeeded: isDisabled,
    calls: ['AdminEnableUser'],
    says: isDisabled
      ? 'Would be enabled just before the session is opened: the pool lets nobody in who is disabled.'
      : 'Is not barred.',
  };
  if (way === 'on-behalf')
    return [
      {
        step: 'request',
        isNeeded: true,
        calls: [],
        says: 'A second operator would have to approve within five minutes, with their own key.',
      },
      enable,
      {
        step: 'session',
        isNeeded: true,
        calls: ['InitiateAuth', 'GenerateMac', 'RespondToAuthChallenge'],
        says: 'A session of five minutes would be opened on their behalf, and they would be told by e-mail.',
      },
    ];
  const where = person.isEmailVerified ? (person.email ?? 'nowhere') : 'nowhere: their address is not verified';
  return [
    enable,
    {
      step: 'session',
      isNeeded: true,
      calls: ['InitiateAuth', 'RespondToAuthChallenge'],
      says: `A code would go to ${where}; with it a session of fifteen minutes would be opened.`,
    },
  ];
}

function passkeySteps(about: About): PlannedStep[] {
  const enrolled = passkeysOf(about, 'enrol');
  const isUnsettled = unsettled(about).some(({ step }) => step === 'delete' || step === 'enrol');
  const first = isUnsettled ? 'First the list would settle what the program did before it was ended. ' : '';
  return [
    {
      step: 'enrol',
      isNeeded: enrolled.length === 0,
      calls: ['ListWebAuthnCredentials', 'StartWebAuthnRegistration', 'CompleteWebAuthnRegistration'],
      says:
        enrolled.length === 0
          ? `${first}A replacement would be enrolled, and a backup offered.`
          : `${first}Enrolled in this case: ${enrolled.length}.`,
    },
    {
      step: 'delete',
      isNeeded: passkeysOf(about, 'delete').length === 0,
      calls: ['ListWebAuthnCredentials', 'DeleteWebAuthnCredential'],
      says: 'The passkey of the lost key would be chosen from the list and deleted.',
    },
  ];
}

function ending(about: About, mayHaveSession: boolean): PlannedStep {
  const calls = [
    ...(hasOpenSession(about) || mayHaveSession ? ['RevokeToken', 'AdminUserGlobalSignOut'] : []),
    ...(isDisabledHere(about) ? ['AdminEnableUser'] : []),
  ];
  return { step: 'end', isNeeded: true, calls, says: 'What is open would be closed, and a receipt made.' };
}
