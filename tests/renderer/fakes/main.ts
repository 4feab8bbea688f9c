import type { CeremonyEvent, CeremonyId } from '../../../src/shared/ceremony.js';
import type { EventName, EventPayload, Input, KeydeskApi, Output, Request } from '../../../src/shared/ipc.js';
import type { KeySummary } from '../../../src/shared/keys.js';
import type { StoredFingerprint, StoredPasskeys, TapInAccount } from '../../../src/shared/on-key.js';
import type { Orphan, PasskeyRecord } from '../../../src/shared/passkey-records.js';
import type { Station } from '../../../src/shared/station.js';
import type { ErrorCode, Failure, Result } from '../../../src/shared/result.js';

type Answer<R extends Request> = Result<Output<R>> | Promise<Result<Output<R>>>;
type Handler<R extends Request> = (input: Input<R>) => Answer<R>;
type CeremonyAnswer = Input<'ceremony.answer'>['answer'];

const ok = <T>(value: T): Result<T> => ({ ok: true, value });
const fail = (error: Failure): Result<never> => ({ ok: false, error });

const stop = (answer: unknown): Failure | undefined =>
  answer === 'cancel' ? { code: 'cancelled' } : answer === 'unplug' ? { code: 'key/removed' } : undefined;

interface OpenCeremony {
  resolve?: ((answer: CeremonyAnswer | 'cancel' | 'touch' | 'unplug') => void) | undefined;
}

export const AAGUID = '2fc0579f-8113-47ea-b116-bb5a8db9202a';

/** A key as main would describe it. */
export function keySummary(changes: Partial<KeySummary> & { pin?: Partial<PinState> } = {}): KeySummary {
  const { pin, ...rest } = changes;
  return {
    id: 'key-1' as KeySummary['id'], // the brand is main's
    product: 'Fjord Key 5',
    manufacturer: 'Fjord Security',
    serial: '1001',
    connection: 'usb',
    details: {
      passport: {
        aaguid: AAGUID,
        vendor: 'Fjord Security',
        model: 'Key 5',
        firmware: '5.7.1',
        versions: ['FIDO_2_0', 'FIDO_2_1'],
        certification: { level: 'FIDO_CERTIFIED_L1', source: 'metadata', others: [], disqualifications: [] },
        slotsLeft: 99,
        pin: { state: 'set', minLength: 4, mustChange: false },
        builtInUv: 'unsupported',
        alwaysUv: false,
        transports: ['usb'],
        warnings: [],
      },
      verdict: { allowed: true, refusals: [] },
      pin: {
        state: 'set',
        retries: 8,
        replugNeeded: false,
        changeRequired: false,
        minLength: 4,
        maxLength: 63,
        ...pin,
      },
      settings: {
        alwaysUv: false,
        enterpriseAttestation: false,
        longTouchForReset: false,
        minPinLength: 4,
        maxRpIds: 2,
      },
      managesFingerprints: true,
      managesPasskeys: true,
      renamesPasskeys: true,
      canRemember: false,
    },
    ...rest,
  };
}
/** A key that is there and cannot be opened. */
export function unusableKey(problem: ErrorCode): KeySummary {
  const { id, product, manufacturer, serial, connection } = keySummary();
  return { id, product, manufacturer, serial, connection, problem };
}

type PinState = NonNullable<KeySummary['details']>['pin'];

/** The other end of the bridge: main as the window sees it, with keys that want a PIN and a touch. */
export class FakeMain implements KeydeskApi {
  station: Station = { version: '0.1.0', mode: 'desk', policy: { state: 'none' } };
  /** Whose a key is at the pool; a key that is not here cannot list them. */
  readonly accountsOnKeys = new Map<string, TapInAccount[]>();
  /** Whom a kiosk greets while the PIN is asked for; nobody unless it is said. */
  greeted: string | undefined;
  keys: KeySummary[] = [];
  /** Whether this station knows the public keys of its people. */
  verifies = true;
  /** PINs by key id. */
  pins = new Map<string, string>();
  /** PINs that keys find too simple. */
  simplePins = new Set<string>();
  records: PasskeyRecord[] = [];
  orphans: Orphan[] = [];
  /** Credential ids by key id. */
  onKeys = new Map<string, string[]>();
  /** Passkeys by key id, as the key lists them to whoever enters its PIN. */
  stored = new Map<string, StoredPasskeys['relyingParties']>();
  /** The key, of several that blink, that the person touches. */
  touched = '';
  /** Fingerprints by key id. */
  fingerprints = new Map<string, StoredFingerprint[]>();
  /** Whether keys can show themselves. */
  winks = true;
  /** How long a touch is waited for, in milliseconds. */
  touchMs = 30_000;
  /** How resets end before the one that succeeds. */
  missedResets: ErrorCode[] = [];
  readonly #verified = new Set<string>();
  /** How a kiosk's window begins. */
  kiosk: Output<'kiosk.get'> = { leftIn: [] };
  /** From so many tries on, spending one needs a yes. */
  lastTries = 3;
  readonly calls: { name: Request; input: unknown }[] = [];
  readonly overrides: { [R in Request]?: Handler<R> } = {};
  readonly #listeners = new Map<EventName, Set<(payload: never) => void>>();
  readonly #ceremonies = new Map<string, OpenCeremony>();
  readonly #pending = new Map<string, { credentialId: string; orphan: Orphan }>();
  /** Keys whose PIN was entered in this visit. */
  readonly #visits = new Set<string>();
  /** Keys whose passkeys are listed without it. */
  readonly #remembered = new Set<string>();
  #made = 0;

  async request<R extends Request>(name: R, input: Input<R>): Promise<Result<Output<R>>> {
    this.calls.push({ name, input: structuredClone(input) });
    // One key of a union: the compiler cannot pair name and handler, the table can.
    const handlers: { readonly [N in Request]?: Handler<N> } = this.#handlers;
    const handler = this.overrides[name] ?? handlers[name];
    return handler ? await handler(input) : fail({ code: 'helpdesk/not-allowed' });
  }

  on<E extends EventName>(name: E, listener: (payload: EventPayload<E>) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  emit<E extends EventName>(name: E, payload: EventPayload<E>): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as (payload: EventPayload<E>) => void)(payload);
  }

  named(name: Request): unknown[] {
    return this.calls.filter((call) => call.name === name).map(({ input }) => input);
  }

  plug(...keys: KeySummary[]): void {
    this.keys = keys;
    this.emit('keys.changed', keys);
  }

  /** Tells the window of the keys as they are now. */
  changed(): void {
    this.plug(...this.keys.map((key) => structuredClone(key)));
  }

  /** The person does what the ceremony wants: touches, unplugs or plugs in. */
  touch(): void {
    for (const { resolve } of this.#ceremonies.values()) resolve?.('touch');
  }

  /** The key under way is pulled out. */
  unplug(): void {
    for (const { resolve } of this.#ceremonies.values()) resolve?.('unplug');
    this.plug();
  }

  #ask(id: string, need: CeremonyEvent['need']): Promise<CeremonyAnswer | 'cancel' | 'touch' | 'unplug'> {
    const open = this.#ceremonies.get(id) ?? {};
    this.#ceremonies.set(id, open);
    return new Promise((resolve) => {
      open.resolve = (answer) => {
        open.resolve = undefined;
        this.emit('practice.touch', { wanted: false });
        resolve(answer);
      };
      this.emit('ceremony', { ceremonyId: id as CeremonyId, need });
      if (need.kind === 'touch') this.emit('practice.touch', { wanted: true });
    });
  }

  /** PIN, then touch, as a key with a PIN asks for them. Resolves with what stopped it. */
  async perform(id: string, keyId: string): Promise<Failure | undefined> {
    const stopped = await this.verify(id, keyId);
    return stopped ?? this.touchOnly(id);
  }

  /** A touch alone. Resolves with what stopped it. */
  async touchOnly(id: string): Promise<Failure | undefined> {
    return stop(await this.#ask(id, { kind: 'touch', deadline: Date.now() + this.touchMs }));
  }

  /** The PIN, once a visit. */
  async #visit(id: string, keyId: string): Promise<Failure | undefined> {
    if (this.#visits.has(keyId)) return undefined;
    const stopped = await this.verify(id, keyId);
    if (!stopped) this.#visits.add(keyId);
    return stopped;
  }

  /** The PIN, or a first one for a key that has none. Resolves with what stopped it. */
  async verify(id: string, keyId: string): Promise<Failure | undefined> {
    let wrong = false;
    let refused = false;
    for (;;) {
      const key = this.keys.find((one) => one.id === keyId);
      const pin = key?.details?.pin;
      if (!key || !pin) return { code: 'key/removed' };
      if (pin.state === 'unset') {
        const { minLength, maxLength, complexityPolicy, complexityUrl } = pin;
        const rules = { minLength, maxLength, complexityPolicy, complexityUrl };
        const answer = await this.#ask(id, { kind: 'new-pin', ...rules, refused });
        const stopped = stop(answer);
        if (stopped) return stopped;
        refused = typeof answer === 'object' && 'pin' in answer && this.simplePins.has(answer.pin);
        if (refused) continue;
        if (typeof answer === 'object' && answer.kind === 'new-pin') {
          this.pins.set(keyId, answer.pin);
          pin.state = 'set';
          pin.retries = 8;
        }
        break;
      }
      if (pin.state !== 'set') break;
      const retries = pin.retries ?? 8;
      const answer = await this.#ask(id, { kind: 'pin', wrong, retries, lastTries: retries <= this.lastTries });
      const stopped = stop(answer);
      if (stopped) return stopped;
      if (typeof answer !== 'object' || answer.kind !== 'pin') continue;
      if (answer.pin === this.pins.get(keyId)) {
        pin.retries = 8;
        break;
      }
      pin.retries = retries - 1;
      if (pin.retries === 0) return { code: 'pin/blocked', retries: 0 };
      wrong = true;
    }
    return undefined;
  }

  /** Of a desk and a kiosk: whoever tests a helpdesk's window says what its main answers. */
  readonly #handlers: { [R in Exclude<Request, `helpdesk.${string}`>]: Handler<R> } = {
    'station.get': () => ok(this.station),
    'pool.connect': (settings) => {
      this.station = { ...this.station, pool: { ...settings, endpoint: 'https://pool.test/' } };
      return ok(this.station);
    },
    'pool.practise': () => ok(this.station),
    'pool.disconnect': () => {
      const { version, mode, policy } = this.station;
      this.station = { version, mode, policy };
      return ok(this.station);
    },
    'pool.check': () => ok({ isRead: true, findings: [] }),
    'keys.list': () => ok(this.keys),
    'keys.setPin': ({ keyId, pin }) => {
      this.pins.set(keyId, pin);
      const state = this.keys.find(({ id }) => id === keyId)?.details?.pin;
      if (state) Object.assign(state, { state: 'set', retries: 8 });
      this.changed();
      return ok(undefined);
    },
    'keys.changePin': ({ keyId, current, next, spendLastTries }) => {
      const state = this.keys.find(({ id }) => id === keyId)?.details?.pin;
      const retries = state?.retries ?? 8;
      if (retries <= this.lastTries && !spendLastTries) return fail({ code: 'pin/last-tries', retries });
      if (this.pins.get(keyId) !== current) {
        if (state) state.retries = retries - 1;
        this.changed();
        return fail({ code: 'pin/wrong', retries: retries - 1 });
      }
      this.pins.set(keyId, next);
      return ok(undefined);
    },
    'keys.create': async ({ ceremonyId, keyId, options }) => {
      const key = this.keys.find(({ id }) => id === keyId);
      const stopped = await this.perform(ceremonyId, keyId);
      if (stopped) return fail(stopped);
      this.#made += 1;
      const credentialId = `bWFkZS1ieS1rZXk${this.#made}`;
      const enrolmentId = `00000000-0000-4000-8000-${String(this.#made).padStart(12, '0')}`;
      this.#pending.set(enrolmentId, {
        credentialId,
        orphan: {
          id: enrolmentId,
          credentialId,
          rpId: options.rp.id ?? '',
          userId: options.user.id,
          userName: options.user.name,
          keyProduct: key?.product ?? '',
          ...(key?.serial !== undefined && { keySerial: key.serial }),
          createdAt: '2026-11-23T10:00:00Z',
        },
      });
      this.onKeys.set(keyId, [...(this.onKeys.get(keyId) ?? []), credentialId]);
      return ok({
        enrolmentId,
        response: {
          id: credentialId,
          rawId: credentialId,
          type: 'public-key' as const,
          clientExtensionResults: {},
          response: { clientDataJSON: 'e30', attestationObject: 'oA', transports: ['usb'] },
        },
      });
    },
    'keys.get': async ({ ceremonyId, keyId, options }) => {
      const held = this.onKeys.get(keyId) ?? [];
      const id = options.allowCredentials?.map((one) => one.id).find((one) => held.includes(one));
      if (id === undefined) return fail({ code: 'key/no-passkey' });
      // Whoever has said by the PIN whose key it is, is not asked again.
      const stopped = this.#verified.delete(keyId)
        ? await this.touchOnly(ceremonyId)
        : await this.perform(ceremonyId, keyId);
      if (stopped) return fail(stopped);
      return ok({
        id,
        rawId: id,
        type: 'public-key' as const,
        clientExtensionResults: {},
        response: { clientDataJSON: 'e30', authenticatorData: 'oA', signature: 'oA' },
      });
    },
    'keys.removePasskey': async ({ ceremonyId, keyId, credentialId }) => {
      const stopped = await this.perform(ceremonyId, keyId);
      if (stopped) return fail(stopped);
      this.onKeys.set(
        keyId,
        (this.onKeys.get(keyId) ?? []).filter((id) => id !== credentialId),
      );
      return ok(undefined);
    },
    'tapIn.identify': async ({ ceremonyId, keyId }) => {
      const accounts = this.accountsOnKeys.get(keyId);
      if (!accounts) return ok({ kind: 'cannot-list' as const });
      if (this.greeted !== undefined)
        this.emit('tapIn.greeting', { ceremonyId: ceremonyId as CeremonyId, username: this.greeted });
      const stopped = await this.verify(ceremonyId, keyId);
      if (stopped) return fail(stopped);
      const byTouch = !this.keys.find(({ id }) => id === keyId)?.details?.managesPasskeys;
      const untouched = byTouch ? await this.touchOnly(ceremonyId) : undefined;
      if (untouched) return fail(untouched);
      this.#verified.add(keyId);
      return ok({ kind: 'accounts' as const, accounts, byTouch });
    },
    'keys.locate': ({ credentialIds }) =>
      ok(
        this.keys.map((key) => ({
          keyId: key.id,
          credentialIds: (this.onKeys.get(key.id) ?? []).filter((id) => credentialIds.includes(id)),
        })),
      ),
    'keys.select': async ({ ceremonyId }) => {
      const stopped = await this.touchOnly(ceremonyId);
      const key = this.keys.find(({ id }) => id === this.touched) ?? this.keys[0];
      if (stopped ?? !key) return fail(stopped ?? { code: 'key/removed' });
      return ok({ keyId: key.id });
    },
    'keys.wink': () => ok(this.winks),
    'onKey.list': async ({ ceremonyId, keyId, remember = false }) => {
      const stopped = this.#remembered.has(keyId) ? undefined : await this.#visit(ceremonyId, keyId);
      if (stopped) return fail(stopped);
      if (remember) this.#remembered.add(keyId);
      const relyingParties = this.stored.get(keyId) ?? [];
      const existing = relyingParties.flatMap(({ passkeys }) => passkeys).length;
      return ok({ existing, remaining: 20, remembered: this.#remembered.has(keyId), relyingParties });
    },
    'onKey.forget': ({ keyId }) => {
      this.#remembered.delete(keyId);
      return ok(undefined);
    },
    'onKey.rename': ({ keyId, credentialId, userName, displayName }) => {
      const groups = this.stored.get(keyId) ?? [];
      const renamed = groups.map((group) => ({
        ...group,
        passkeys: group.passkeys.map((one) =>
          one.credentialId === credentialId ? { credentialId, userName, displayName } : one,
        ),
      }));
      this.stored.set(keyId, renamed);
      return ok(undefined);
    },
    'onKey.delete': async ({ ceremonyId, keyId, credentialId }) => {
      const stopped = await this.#visit(ceremonyId, keyId);
      if (stopped) return fail(stopped);
      const groups = this.stored.get(keyId) ?? [];
      const left = groups.map((group) => ({
        ...group,
        passkeys: group.passkeys.filter((one) => one.credentialId !== credentialId),
      }));
      this.stored.set(
        keyId,
        left.filter(({ passkeys }) => passkeys.length > 0),
      );
      return ok(undefined);
    },
    'fingerprints.list': async ({ ceremonyId, keyId }) => {
      const stopped = await this.#visit(ceremonyId, keyId);
      if (stopped) return fail(stopped);
      return ok({ maxSamples: 3, maxNameLength: 20, fingerprints: this.fingerprints.get(keyId) ?? [] });
    },
    'fingerprints.add': async ({ ceremonyId, keyId, name }) => {
      const deadline = Date.now() + this.touchMs;
      // Two samples: the first is good, then one is too high, then the last.
      for (const told of [{}, { status: 0, remaining: 1, total: 2 }, { status: 1, remaining: 1, total: 2 }]) {
        const stopped = stop(await this.#ask(ceremonyId, { kind: 'sample', deadline, ...told }));
        if (stopped) return fail(stopped);
      }
      const known = this.fingerprints.get(keyId) ?? [];
      const finger = { id: `ZmluZ2Vy${known.length}`, ...(name !== undefined && { name }) };
      this.fingerprints.set(keyId, [...known, finger]);
      return ok(finger);
    },
    'fingerprints.rename': ({ keyId, id, name }) => {
      const known = this.fingerprints.get(keyId) ?? [];
      this.fingerprints.set(
        keyId,
        known.map((one) => (one.id === id ? { id, name } : one)),
      );
      return ok(undefined);
    },
    'fingerprints.delete': ({ keyId, id }) => {
      this.fingerprints.set(
        keyId,
        (this.fingerprints.get(keyId) ?? []).filter((one) => one.id !== id),
      );
      return ok(undefined);
    },
    'keySettings.change': async ({ ceremonyId, keyId, change }) => {
      const stopped = await this.#visit(ceremonyId, keyId);
      if (stopped) return fail(stopped);
      const details = this.keys.find(({ id }) => id === keyId)?.details;
      if (!details) return fail({ code: 'key/removed' });
      if (change.setting === 'always-uv') details.settings.alwaysUv = change.on;
      else if (change.setting === 'min-pin-length') details.settings.minPinLength = change.length;
      else if (change.setting === 'force-pin-change') details.pin.changeRequired = true;
      else if (change.setting === 'enterprise-attestation') details.settings.enterpriseAttestation = true;
      else if (change.setting === 'long-touch-for-reset') details.settings.longTouchForReset = true;
      this.changed();
      return ok(undefined);
    },
    'diagnostics.save': () => ok({ path: '/home/anna/.config/keydesk/traces/key-1.jsonl' }),
    'keys.reset': async ({ ceremonyId, keyId }) => {
      const deadline = Date.now() + this.touchMs;
      const steps: CeremonyEvent['need'][] = [
        { kind: 'unplug', deadline },
        { kind: 'plug', deadline },
        { kind: 'touch', deadline },
      ];
      const missed = this.missedResets.flatMap((code) => [...steps, { kind: 'again' as const, code }]);
      for (const need of [...missed, ...steps]) {
        const stopped = stop(await this.#ask(ceremonyId, need));
        if (stopped) return fail(stopped);
      }
      this.#visits.delete(keyId);
      this.stored.delete(keyId);
      const key = this.keys.find(({ id }) => id === keyId);
      if (key?.details) Object.assign(key.details.pin, { state: 'unset', retries: undefined });
      this.changed();
      return ok({ keyId: keyId as KeySummary['id'] }); // the brand is main's
    },
    'visit.leave': ({ keyId }) => {
      this.#visits.delete(keyId);
      return ok(undefined);
    },
    'ceremony.answer': ({ ceremonyId, answer }) => {
      this.#ceremonies.get(ceremonyId)?.resolve?.(answer);
      return ok(undefined);
    },
    'ceremony.cancel': ({ ceremonyId }) => {
      this.#ceremonies.get(ceremonyId)?.resolve?.('cancel');
      return ok(undefined);
    },
    'passkeys.records': () => ok(this.records),
    'passkeys.confirm': ({ enrolmentId, nickname }) => {
      const credentialId =
        this.#pending.get(enrolmentId)?.credentialId ?? this.orphans.find(({ id }) => id === enrolmentId)?.credentialId;
      if (credentialId === undefined) return fail({ code: 'internal' });
      this.orphans = this.orphans.filter(({ id }) => id !== enrolmentId);
      const record = {
        credentialId,
        nickname,
        keyProduct: 'Fjord Key 5',
        keySerial: '1001',
        aaguid: AAGUID,
        createdAt: '2026-11-23T10:00:00Z',
      };
      this.records = [...this.records, record];
      return ok(record);
    },
    'passkeys.abandon': ({ enrolmentId }) => {
      const pending = this.#pending.get(enrolmentId);
      if (pending) this.orphans = [...this.orphans, pending.orphan];
      return ok(undefined);
    },
    'passkeys.rename': ({ credentialId, nickname }) => {
      this.records = this.records.map((one) => (one.credentialId === credentialId ? { ...one, nickname } : one));
      return ok(undefined);
    },
    'passkeys.forget': ({ credentialId }) => {
      this.records = this.records.filter((one) => one.credentialId !== credentialId);
      return ok(undefined);
    },
    'orphans.list': () => ok(this.orphans),
    'orphans.remove': async ({ ceremonyId, keyId, orphanId }) => {
      const stopped = await this.perform(ceremonyId, keyId);
      if (stopped) return fail(stopped);
      this.orphans = this.orphans.filter(({ id }) => id !== orphanId);
      return ok(undefined);
    },
    'orphans.dismiss': ({ orphanId }) => {
      this.orphans = this.orphans.filter(({ id }) => id !== orphanId);
      return ok(undefined);
    },
    'practice.touch': () => {
      this.touch();
      return ok(undefined);
    },
    'practice.plug': ({ plugged }) => {
      if (!plugged) this.unplug();
      return ok(undefined);
    },
    'kiosk.get': () => ok(this.kiosk),
    'kiosk.begin': () => ok(undefined),
    'kiosk.ask': ({ action }) => {
      this.#made += 1;
      const requestId = `00000000-0000-4000-9000-${String(this.#made).padStart(12, '0')}`;
      return ok({ requestId, text: `Main’s words for ${action}.` });
    },
    'kiosk.approve': async ({ ceremonyId }) => {
      const [key] = this.keys; // the person's own
      if (!key) return fail({ code: 'key/removed' });
      const stopped = await this.perform(ceremonyId, key.id);
      if (stopped) return fail(stopped);
      this.#verified.add(key.id);
      return ok({ verified: this.verifies });
    },
    'kiosk.renewed': () => ok(undefined),
    'kiosk.active': () => ok(undefined),
    'kiosk.stay': () => ok(undefined),
    'kiosk.end': () => ok(undefined),
  };
}
