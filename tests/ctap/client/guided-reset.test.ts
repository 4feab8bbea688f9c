import { describe, expect, it } from 'vitest';

import { Authenticator } from '../../../src/ctap/authenticator.js';
import {
  guidedReset,
  type GuidedResetOptions,
  planReset,
  type ResetPlan,
  type ResetStep,
} from '../../../src/ctap/client/guided-reset.js';
import type { KeyAtHand } from '../../../src/ctap/client/same-key.js';
import { create } from '../../../src/ctap/client/create.js';
import { concat } from '../../../src/ctap/codec/bytes.js';
import { type CborKey, type CborMap, type CborValue, encode } from '../../../src/ctap/codec/cbor.js';
import { CtapCommand, Permission } from '../../../src/ctap/commands.js';
import { BioEnrollment } from '../../../src/ctap/bio-enrollment.js';
import { LargeBlobs } from '../../../src/ctap/large-blobs.js';
import { simulatorKey } from '../../../src/ctap/discovery.js';
import { InfoKey } from '../../../src/ctap/get-info.js';
import { HidCommand } from '../../../src/ctap/hid/constants.js';
import { CtapError, TransportError } from '../../../src/ctap/errors.js';
import { KeyAgreement } from '../../../src/ctap/pin/key-agreement.js';
import { encodePin } from '../../../src/ctap/pin/pin.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { listenUdp } from '../../../src/softkey/ports/udp-server.js';
import { SoftKey, type SoftKeyOptions } from '../../../src/softkey/soft-key.js';
import { AskPresence, neverPresence } from '../../../src/softkey/user-presence.js';
import { FakeKey } from '../fake-key.js';
import { creation, ORIGIN, PIN } from '../options.js';
import { Person } from '../person.js';
import { infoOf, textMap } from '../scripted-key.js';

/** Software keys on a desk, plugged into sockets that the system names after the order of plugging in, as Linux does. */
class Desk {
  #next = 0;
  readonly #sockets = new Map<SoftKey, KeyAtHand>();
  readonly #known = new Map<SoftKey, { product: string; serial: string | undefined }>();

  lay(
    options: Partial<SoftKeyOptions> = {},
    { product = 'Model A', serial }: { product?: string; serial?: string } = {},
  ) {
    const key = new SoftKey({ profile: '2.1', ...options });
    this.#known.set(key, { product, serial });
    key.unplug();
    return key;
  }

  /** The key in the socket that it gets. */
  plug(key: SoftKey): KeyAtHand {
    key.replug();
    const { product, serial } = this.#known.get(key) ?? { product: '', serial: undefined };
    const found: KeyAtHand = {
      id: `usb:/dev/hidraw${this.#next++}`,
      product,
      manufacturer: 'Maker',
      serial,
      connection: 'usb',
      open: () => Promise.resolve(new MemoryPort(key)),
    };
    this.#sockets.set(key, found);
    return found;
  }

  unplug(key: SoftKey): void {
    this.#sockets.delete(key);
    key.unplug();
  }

  readonly discover = () => Promise.resolve([...this.#sockets.values()]);
}

/** Options of a reset whose person does as they are told; `acts` says what they do instead. */
function person(desk: Desk, key: SoftKey, acts: Partial<Record<ResetStep['step'], () => void>> = {}) {
  const steps: ResetStep[] = [];
  const usual: Partial<Record<ResetStep['step'], () => void>> = {
    armed: () => { desk.unplug(key); }, // prettier-ignore
    unplugged: () => { desk.plug(key); }, // prettier-ignore
  };
  const options: GuidedResetOptions = {
    discover: desk.discover,
    onStep: (step) => {
      steps.push(step);
      (acts[step.step] ?? usual[step.step])?.();
    },
    times: { pollMs: 1 },
  };
  return { options, steps, told: () => steps.map(({ step }) => step) };
}

async function planned(desk: Desk, found: KeyAtHand): Promise<ResetPlan> {
  const authenticator = await Authenticator.open(await found.open());
  try {
    return await planReset(authenticator, found, await desk.discover());
  } finally {
    await authenticator.close();
  }
}

/** A clock on which every look takes a minute: whoever waits for a deadline does not wait long. */
function hurried() {
  let now = 1_000_000;
  return () => (now += 60_000);
}

/** Sets the PIN and makes a discoverable credential. */
async function use(found: KeyAtHand): Promise<void> {
  const authenticator = await Authenticator.open(await found.open());
  await create(creation(), ORIGIN, { authenticator, interaction: new Person(PIN) });
  await authenticator.close();
}

describe.each(['2.0', '2.1', '2.3'] as const)('resetting a key of CTAP %s', (profile) => {
  it('leads through unplugging, plugging and touch, and proves by reading again that it was done', async () => {
    const desk = new Desk();
    const presence = new AskPresence();
    const key = desk.lay({ profile });
    const found = desk.plug(key);
    await use(found);
    const plan = await planned(desk, found);
    expect(plan.losses).toMatchObject({ pin: true, fingerprints: false, credentials: undefined });

    const { options, steps, told } = person(desk, key, { touch: () => { presence.press(); } }); // prettier-ignore
    const { info, changes } = await guidedReset(plan, { ...options, now: () => 5_000 });
    expect(told()).toEqual(['armed', 'unplugged', 'resetting', 'touch', 'proving']);
    expect(steps.slice(0, 2)).toEqual([
      { step: 'armed', needs: 'unplug', deadline: 65_000 },
      { step: 'unplugged', needs: 'plug', deadline: 65_000 },
    ]);
    expect(steps[3]).toEqual({ step: 'touch', needs: 'touch', deadline: 35_000, touchSeconds: undefined });
    expect(info.options.get('clientPin')).toBe(false);
    expect(changes).toContainEqual({ member: 'options.clientPin', before: true, after: false });
    if (profile !== '2.0')
      expect(changes).toContainEqual({ member: 'remainingDiscoverableCredentials', before: 24, after: 25 });
  });
});

describe('a simulator', () => {
  it('is reset after it was told to cut its power, which nobody sees it do', async () => {
    const key = new SoftKey({ profile: '2.1' });
    const server = await listenUdp(key, { host: '127.0.0.1', port: 0 });
    const found = simulatorKey(server);
    const desk = new Desk();
    const { options, told } = person(desk, key, {
      armed: () => { key.powerCycle(); }, // prettier-ignore
      unplugged: () => undefined,
    });
    try {
      await use(found);
      const authenticator = await Authenticator.open(await found.open());
      const plan = await planReset(authenticator, found, [found]);
      await authenticator.close();
      const { info } = await guidedReset(plan, { ...options, discover: () => Promise.resolve([found]) });
      expect(info.options.get('clientPin')).toBe(false);
      expect(told()).toEqual(['armed', 'unplugged', 'resetting', 'touch', 'proving']);
    } finally {
      await server.close();
    }
  });

  it('is known to have been without power by its new key for agreements, though it keeps our channel', async () => {
    const before = infoOf({ [InfoKey.OPTIONS]: textMap({ clientPin: true }), [InfoKey.PIN_UV_AUTH_PROTOCOLS]: [2] });
    const { found, options, reboot } = claiming(before, infoOf({ [InfoKey.OPTIONS]: textMap({ clientPin: false }) }), {
      hearsOthers: false,
    });
    const authenticator = await Authenticator.open(await found.open());
    const plan = await planReset(authenticator, found, [found]);
    const steps: ResetStep['step'][] = [];
    const done = await guidedReset(plan, {
      ...options,
      onStep: ({ step }) => {
        steps.push(step);
        if (step === 'armed') reboot();
      },
    });
    expect(steps).toEqual(['armed', 'unplugged', 'resetting', 'proving']);
    expect(done.changes.map(({ member }) => member)).toContain('options.clientPin');
  });
});

/** A key on USB of which the test says what it says of itself, before and after a reset that it claims to have done. */
function claiming(
  before: Map<CborKey, CborValue>,
  after: Map<CborKey, CborValue>,
  { hearsOthers = true }: { hearsOthers?: boolean } = {},
) {
  let agreement = new KeyAgreement();
  let info = before;
  let current: FakeKey | undefined;
  const open = () => {
    const key = new FakeKey();
    key.hearsOthers = hearsOthers;
    current = key;
    key.script = ({ cid, command, payload }) => {
      if (command === HidCommand.PING) key.send(cid, command, payload);
      if (command !== HidCommand.CBOR) return;
      if (payload[0] === CtapCommand.RESET) info = after;
      const answers: Partial<Record<number, CborMap>> = {
        [CtapCommand.GET_INFO]: info,
        [CtapCommand.CLIENT_PIN]: new Map<CborKey, CborValue>([[1, agreement.publicKey()], [3, 8]]), // prettier-ignore
      };
      const answer = answers[payload[0] ?? 0];
      key.send(cid, HidCommand.CBOR, concat(Uint8Array.of(0), answer ? encode(answer) : new Uint8Array()));
    };
    return Promise.resolve(key);
  };
  const found: KeyAtHand = { id: 'usb:1', product: 'Fake', manufacturer: '', serial: '1', connection: 'usb', open };
  const options: GuidedResetOptions = {
    discover: () => Promise.resolve([found]),
    onStep: ({ step }) => {
      if (step === 'armed') current?.remove();
    },
    times: { pollMs: 1 },
  };
  const reboot = () => {
    agreement = new KeyAgreement();
  };
  return { found, options, reboot };
}

describe('a key that says it was reset', () => {
  const withOptions = (flags: Record<string, boolean>, more: Record<number, CborValue> = {}) =>
    infoOf({ [InfoKey.OPTIONS]: textMap(flags), ...more });

  it.each([
    ['still has a PIN', withOptions({ clientPin: true }), 'clientPin'],
    ['still has fingerprints', withOptions({ clientPin: false, bioEnroll: true }), 'bioEnroll'],
    [
      'has less room than before',
      withOptions({ clientPin: false }, { [InfoKey.REMAINING_DISCOVERABLE_CREDENTIALS]: 3 }),
      'remainingDiscoverableCredentials',
    ],
  ])('and %s is not believed', async (_what, after, member) => {
    const before = withOptions({ clientPin: true }, { [InfoKey.REMAINING_DISCOVERABLE_CREDENTIALS]: 5 });
    const { found, options } = claiming(before, after);
    const authenticator = await Authenticator.open(await found.open());
    const plan = await planReset(authenticator, found, [found]);
    await authenticator.close();
    await expect(guidedReset(plan, options)).rejects.toMatchObject({
      code: 'reset-unproven',
      message: expect.stringContaining(member) as unknown,
    });
  });

  it('is held for as many seconds as its generation wants, where it wants a long touch', async () => {
    const long = { [InfoKey.LONG_TOUCH_FOR_RESET]: true };
    for (const [versions, seconds] of [
      [['FIDO_2_1'], 10],
      [['FIDO_2_1', 'FIDO_2_3'], 5],
    ] as const) {
      const { found } = claiming(infoOf({ [InfoKey.VERSIONS]: [...versions], ...long }), infoOf());
      const authenticator = await Authenticator.open(await found.open());
      await expect(planReset(authenticator, found, [found])).resolves.toMatchObject({ touchSeconds: seconds });
    }
  });

  it('is not even asked when it takes no reset over USB', async () => {
    const { found } = claiming(infoOf({ [InfoKey.TRANSPORTS_FOR_RESET]: ['nfc'] }), infoOf());
    const authenticator = await Authenticator.open(await found.open());
    await expect(planReset(authenticator, found, [found])).rejects.toMatchObject({ code: 'reset-blocked' });
  });
});

describe('what a reset takes', () => {
  it('is listed by name beforehand with a token for the PIN', async () => {
    const desk = new Desk();
    const key = desk.lay();
    const found = desk.plug(key);
    await use(found);
    const authenticator = await Authenticator.open(await found.open());
    const token = await authenticator.clientPin?.tokenUsingPin(encodePin(PIN), {
      permissions: Permission.CREDENTIAL_MANAGEMENT,
    });
    const plan = await planReset(authenticator, found, await desk.discover(), { token });
    await authenticator.close();
    expect(plan.losses).toMatchObject({
      pin: true,
      credentials: [{ rpId: 'login.example.com', user: { name: 'ada@example.com', displayName: 'Ada' } }],
    });
    await expect(guidedReset(plan, person(desk, key).options)).resolves.toMatchObject({});
  });
});

it('fingerprints and data of websites are counted too', async () => {
  const desk = new Desk();
  const key = desk.lay({ fingerprints: true });
  const found = desk.plug(key);
  await use(found);
  const authenticator = await Authenticator.open(await found.open());
  const permissions = Permission.CREDENTIAL_MANAGEMENT | Permission.BIO_ENROLLMENT | Permission.LARGE_BLOB_WRITE;
  const token = await authenticator.clientPin?.tokenUsingPin(encodePin(PIN), { permissions });
  if (!token) throw new Error('no token');
  const bio = new BioEnrollment(authenticator.ctap, authenticator.info, token);
  let sample = await bio.enrollBegin(10_000);
  const { id } = sample;
  while (sample.remaining > 0) sample = { id, ...(await bio.captureNext(id, 10_000)) };
  await new LargeBlobs(authenticator.ctap, authenticator.info, token).write(new Uint8Array(32), Uint8Array.of(1));
  await authenticator.refresh();
  const plan = await planReset(authenticator, found, await desk.discover(), { token });
  await authenticator.close();
  expect(plan.losses).toMatchObject({ fingerprints: true, fingerprintCount: 1, blobs: 1 });
  const { changes } = await guidedReset(plan, person(desk, key).options);
  expect(changes).toContainEqual({ member: 'options.bioEnroll', before: true, after: false });
});

describe('a reset is not begun', () => {
  it('with two keys plugged in that cannot be told apart', async () => {
    const desk = new Desk();
    const found = desk.plug(desk.lay());
    desk.plug(desk.lay());
    await expect(planned(desk, found)).rejects.toMatchObject({ code: 'reset-alike' });
  });

  it('with another key of that name that does not answer', async () => {
    const desk = new Desk();
    const found = desk.plug(desk.lay());
    const silent = {
      ...found,
      id: 'usb:/dev/hidraw9',
      open: () => Promise.reject(new TransportError('not-permitted', '')),
    };
    const authenticator = await Authenticator.open(await found.open());
    await expect(planReset(authenticator, found, [found, silent])).rejects.toMatchObject({ code: 'reset-alike' });
  });

  it.each([
    ['serial number', {}, { serial: '2' }],
    ['product', {}, { product: 'Model B', serial: '1' }],
    ['generation', { profile: '2.3' }, { serial: '1' }],
  ] as const)('but it is beside a key with another %s', async (_what, options, names) => {
    const desk = new Desk();
    const key = desk.lay({}, { serial: '1' });
    const found = desk.plug(key);
    desk.plug(desk.lay(options, names));
    await expect(guidedReset(await planned(desk, found), person(desk, key).options)).resolves.toBeDefined();
  });
});

describe('whoever plugs in another key', () => {
  it('is told, and may still plug in the right one', async () => {
    const desk = new Desk();
    const [key, stranger] = [desk.lay({}, { serial: '1' }), desk.lay({}, { serial: '2' })];
    const plan = await planned(desk, desk.plug(key));
    const { options, steps, told } = person(desk, key, {
      unplugged: () => { desk.plug(stranger); }, // prettier-ignore
      'another-key': () => { desk.plug(key); }, // prettier-ignore
    });
    await guidedReset(plan, options);
    expect(told()).toEqual(['armed', 'unplugged', 'another-key', 'resetting', 'touch', 'proving']);
    expect(steps[2]).toMatchObject({ needs: 'plug', product: 'Model A' });
  });

  it('has reset neither when the time is up', async () => {
    const desk = new Desk();
    const [key, stranger] = [desk.lay({}, { serial: '1' }), desk.lay({ profile: '2.3' }, { serial: '2' })];
    await use(desk.plug(stranger));
    desk.unplug(stranger);
    const plan = await planned(desk, desk.plug(key));
    const { options } = person(desk, key, { unplugged: () => { desk.plug(stranger); } }); // prettier-ignore
    await expect(guidedReset(plan, { ...options, now: hurried() })).rejects.toMatchObject({
      code: 'reset-another-key',
    });
    const authenticator = await Authenticator.open(new MemoryPort(stranger));
    expect(authenticator.info.options.get('clientPin')).toBe(true);
  });
});

describe('a reset ends with', () => {
  it('a word of its own when the key is not unplugged in time', async () => {
    const desk = new Desk();
    const key = desk.lay();
    const plan = await planned(desk, desk.plug(key));
    const { options } = person(desk, key, { armed: () => undefined });
    await expect(guidedReset(plan, { ...options, now: hurried() })).rejects.toMatchObject({
      code: 'reset-not-unplugged',
    });
  });

  it('a word of its own when the key is not plugged in again in time', async () => {
    const desk = new Desk();
    const key = desk.lay();
    const plan = await planned(desk, desk.plug(key));
    const { options } = person(desk, key, { unplugged: () => undefined });
    await expect(guidedReset(plan, { ...options, now: hurried() })).rejects.toMatchObject({
      code: 'reset-not-plugged',
    });
  });

  it('NOT_ALLOWED when the window was missed', async () => {
    let now = 0;
    const desk = new Desk();
    const key = desk.lay({ now: () => now });
    const plan = await planned(desk, desk.plug(key));
    const { options } = person(desk, key, { resetting: () => { now += 10_001; } }); // prettier-ignore
    await expect(guidedReset(plan, options)).rejects.toMatchObject({ name: 'CtapError', status: 0x30 });
  });

  it('success after all when the person starts again with a missed window, at whatever path the key is then', async () => {
    let now = 0;
    const desk = new Desk();
    const key = desk.lay({ now: () => now });
    const plan = await planned(desk, desk.plug(key));
    const late = [10_001];
    const { options, told } = person(desk, key, { resetting: () => { now += late.pop() ?? 0; } }); // prettier-ignore
    const asked: number[] = [];
    const mayStartAgain = (missed: Error) =>
      Promise.resolve(asked.push(missed instanceof CtapError ? missed.status : 0) === 1);
    await guidedReset(plan, { ...options, mayStartAgain });
    expect(asked).toEqual([0x30]);
    expect(told().filter((step) => step === 'armed')).toHaveLength(2);
  });

  it('USER_ACTION_TIMEOUT when nobody touches the key', async () => {
    const desk = new Desk();
    const key = desk.lay({ presence: neverPresence, touchTimeoutMs: 20 });
    const plan = await planned(desk, desk.plug(key));
    await expect(guidedReset(plan, person(desk, key).options)).rejects.toMatchObject({
      name: 'CtapError',
      status: 0x2f,
    });
  });

  it('a word of its own when the key refuses', async () => {
    const presence = new AskPresence();
    const desk = new Desk();
    const key = desk.lay({ presence });
    const plan = await planned(desk, desk.plug(key));
    const { options } = person(desk, key, { touch: () => { presence.deny(); } }); // prettier-ignore
    await expect(guidedReset(plan, options)).rejects.toMatchObject({ code: 'reset-blocked' });
  });

  it('success after all when the key was told no by mistake', async () => {
    const presence = new AskPresence();
    const desk = new Desk();
    const key = desk.lay({ presence });
    const plan = await planned(desk, desk.plug(key));
    let touches = 0;
    const { options } = person(desk, key, { touch: () => { if (touches++ === 0) presence.deny(); else presence.press(); } }); // prettier-ignore
    const asked: Error[] = [];
    const mayStartAgain = (missed: Error) => Promise.resolve(asked.push(missed) === 1);
    await guidedReset(plan, { ...options, mayStartAgain });
    expect(asked).toMatchObject([{ code: 'reset-blocked' }]);
  });

  it.each(['armed', 'unplugged', 'touch'] as const)('the reason of a cancel (%s), and an idle key', async (step) => {
    const desk = new Desk();
    const key = desk.lay({ presence: neverPresence });
    const plan = await planned(desk, desk.plug(key));
    const stop = new AbortController();
    const reason = new Error('changed my mind');
    const { options } = person(desk, key, { [step]: () => { stop.abort(reason); } }); // prettier-ignore
    await expect(guidedReset(plan, { ...options, signal: stop.signal })).rejects.toBe(reason);
    if (!key.plugged) desk.plug(key);
    const authenticator = await Authenticator.open(new MemoryPort(key));
    await expect(authenticator.ping(Uint8Array.of(1))).resolves.toEqual(Uint8Array.of(1));
  });

  it('the loss of the key when it is pulled out while it waits for the touch', async () => {
    const desk = new Desk();
    const key = desk.lay({ presence: neverPresence });
    const plan = await planned(desk, desk.plug(key));
    const { options } = person(desk, key, { touch: () => { desk.unplug(key); } }); // prettier-ignore
    await expect(guidedReset(plan, options)).rejects.toMatchObject({ code: 'device-removed' });
  });
});
