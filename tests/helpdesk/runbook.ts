import type { Tokens } from '../../src/cognito/tokens.js';
import { TestKey } from '../pool/test-key.js';
import { keyOf, type Staff, type StationUnderTest } from './station.js';

/** Somebody whose key is lost, and the two operators who see to it. */
export interface Loss {
  readonly olga: Staff;
  readonly otto: Staff;
  readonly person: Staff;
  /** Told of each key that has made a passkey: a key is no part of the program, and outlives it. */
  readonly onMade: (key: TestKey) => void;
  /** Told of the tokens of each session for the person. */
  readonly onOpened: (tokens: Tokens) => void;
}

/** Works from wherever the case of the person stands to its end, as an operator does who looks at the steps. */
export async function workOn(
  station: StationUnderTest,
  { olga, otto, person, onMade, onOpened }: Loss,
  isOver: () => Promise<boolean>,
): Promise<void> {
  const { onBehalf } = station.options;
  if (onBehalf) {
    const { open } = onBehalf;
    Object.assign(onBehalf, {
      open: async (...request: Parameters<typeof open>) => {
        const tokens = await open(...request);
        onOpened(tokens);
        return tokens;
      },
    });
  }
  const { helpdesk } = station;
  const key = keyOf(olga);
  await helpdesk.signIn(olga.username, key);
  const [open] = await helpdesk.cases();
  if (!open && (await isOver())) return;
  const desk = open
    ? await helpdesk.resume(open.id)
    : await helpdesk.begin(await helpdesk.person(person.username), 'lost');
  const isDone = (...names: string[]) =>
    desk.view().steps.every(({ step, state }) => !names.includes(step) || state === 'done');
  if (!isDone('sign-out') || (!isDone('disable') && desk.view().isEnabled && !isDone('session')))
    await desk.makeSafe({ disable: true, key });
  if (!isDone('end')) {
    if (!desk.view().session) {
      await desk.ask('lost, and she is abroad', { key });
      await desk.approve({ username: otto.username, key: keyOf(otto) });
    }
    const listed = await desk.passkeys();
    if (desk.view().enrolled.length === 0) {
      const replacement = new TestKey();
      const make = station.make(replacement, () => {
        onMade(replacement);
      });
      await desk.enrol({ make, nickname: 'New key', use: 'replacement' }, { key });
    }
    if (listed.some(({ id }) => id === person.key.id)) await desk.deletePasskeys([person.key.id], { key });
  }
  await helpdesk.end(desk.file.id, { key });
}
