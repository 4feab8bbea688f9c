import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { onTestFinished, vi } from 'vitest';

import { answerRequest } from '../../../src/main/answer-request.js';
import { handlersOf } from '../../../src/main/handlers.js';
import type { Printer } from '../../../src/main/helpdesk/receipts.js';
import type { PluggedKey } from '../../../src/main/keys/plugged-key.js';
import { closeServices, openServices, type Services } from '../../../src/main/services.js';
import { Authenticator } from '../../../src/ctap/authenticator.js';
import { create } from '../../../src/ctap/client/create.js';
import type { HelpdeskState } from '../../../src/shared/helpdesk.js';
import { type CeremonyEvent, CeremonyId } from '../../../src/shared/ceremony.js';
import type { EventName, Input, Output, Request } from '../../../src/shared/ipc.js';
import type { KeyId } from '../../../src/shared/keys.js';
import type { Mode } from '../../../src/shared/mode.js';
import type { Failure, Result } from '../../../src/shared/result.js';
import { MemoryPort } from '../../../src/softkey/ports/memory-port.js';
import { SoftKey } from '../../../src/softkey/soft-key.js';
import { Person } from '../../ctap/person.js';
import { HelpdeskPool } from '../../helpdesk/station.js';
import { temporaryFolder } from '../temporary-folder.js';
import { TappedPool } from './tapped-pool.js';

/** A software key that main finds on USB. */
export interface UsbKey {
  readonly serial: string;
  readonly key: SoftKey;
}

/** Of every key. */
const PIN = '4711';

/** A pool with its operators, for all tests of a file. */
export class PoolOfHelpdesk {
  readonly pool: HelpdeskPool;
  readonly tapped = new TappedPool();
  #made = 0;

  private constructor(pool: HelpdeskPool) {
    this.pool = pool;
  }

  static async start(): Promise<PoolOfHelpdesk> {
    return new PoolOfHelpdesk(await HelpdeskPool.start({ now: Date.now }));
  }

  async stop(): Promise<void> {
    await this.pool.stop();
  }

  /** A key of nobody yet, plugged in. */
  key(): UsbKey {
    const serial = String(++this.#made);
    return { serial, key: new SoftKey({ profile: '2.1' }) };
  }

  /** Somebody whose key has a PIN and a passkey of the pool. */
  async person(name: string): Promise<UsbKey & { readonly passkey: string }> {
    const usb = this.key();
    await this.pool.t.addUser(name);
    const { accessToken } = await this.pool.byCode(name);
    const options = await this.pool.t.creationOptions(accessToken);
    const authenticator = await Authenticator.open(new MemoryPort(usb.key));
    const authenticatorSelection = { ...options.authenticatorSelection, userVerification: 'required' };
    const interaction = new Person(PIN);
    const wishes = { ...options, authenticatorSelection };
    const made = await create(wishes, 'http://localhost', { authenticator, interaction });
    await authenticator.close();
    await this.pool.t.complete(accessToken, made);
    return { ...usb, passkey: made.id };
  }

  async operator(name: string): Promise<UsbKey> {
    const key = await this.person(name);
    await this.pool.promote(name);
    return key;
  }
}

export const newId = (): CeremonyId => CeremonyId.parse(crypto.randomUUID());

/** Everything of main, with a window that is the test itself. */
export class MainUnderTest {
  readonly services: Services;
  readonly folder: string;
  /** All that has gone to the window, as JSON. */
  readonly told: string[] = [];
  readonly faults: unknown[] = [];
  readonly printed: string[] = [];
  readonly states: HelpdeskState[] = [];
  /** What the person does when a key needs something; undefined leaves them to the test. */
  onNeed: ((event: CeremonyEvent) => void) | undefined = (event) => {
    this.enterPin(event);
  };
  readonly handlers: ReturnType<typeof handlersOf>;

  private constructor(services: Services, folder: string) {
    this.services = services;
    this.folder = folder;
    this.handlers = handlersOf(services);
  }

  static async start(
    { pool }: PoolOfHelpdesk,
    keys: readonly UsbKey[],
    { mode = 'helpdesk', folder = temporaryFolder() }: { mode?: Mode; folder?: string } = {},
  ): Promise<MainUnderTest> {
    const { endpoint, region, userPoolId, clientId, rpId, helpdesk } = pool.t.pool;
    vi.stubEnv('AWS_ACCESS_KEY_ID', helpdesk?.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', helpdesk?.secretAccessKey);
    const rules = { group: 'helpdesk', clientId: helpdesk?.clientId, kmsKeyId: helpdesk?.kmsKeyId };
    await writeFile(join(folder, 'policy.json'), JSON.stringify({ mode, helpdesk: rules }));
    await writeFile(join(folder, 'settings.json'), JSON.stringify({ pool: { region, userPoolId, clientId, rpId } }));
    // What is told before the object is there is told to nobody.
    const there: { main?: MainUnderTest } = {};
    const printer: Printer = {
      pdfOf: (html) => {
        there.main?.printed.push(html);
        return Promise.resolve(new TextEncoder().encode('%PDF of the receipt'));
      },
      print: (html) => Promise.resolve(void there.main?.printed.push(html)),
    };
    const nothing = () => Promise.resolve();
    const services = await openServices({
      window: {
        tell: (name, payload) => there.main?.hear(name, payload),
        reload: nothing,
        renew: nothing,
        destroy: () => undefined,
      },
      printer,
      folder,
      environment: { KEYDESK_POOL_ENDPOINT: endpoint },
      discover: () => Promise.resolve(keys.filter(({ key }) => key.plugged).map(pluggedKey)),
      version: '0.0.0',
      askedMode: undefined,
      log: (error) => there.main?.faults.push(error),
      fail: (error) => there.main?.faults.push(error),
    });
    const main = new MainUnderTest(services, folder);
    there.main = main;
    await services.registry.look();
    onTestFinished(() => closeServices(services));
    return main;
  }

  /** Asks as the window does. */
  async ask<R extends Request>(name: R, input: Input<R>): Promise<Output<R>> {
    const result = await this.request(name, input);
    if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result.error)}`);
    // Checked against the contract of this very name.
    return result.value as Output<R>;
  }

  /** The same for what is refused. @returns why */
  async refused<R extends Request>(name: R, input: Input<R>): Promise<Failure> {
    const result = await this.request(name, input);
    if (result.ok) throw new Error(`${name} was not refused`);
    return result.error;
  }

  /** As main names a key that is plugged in. */
  idOf({ serial }: UsbKey): KeyId {
    const found = this.services.registry.list().find((key) => key.serial === serial);
    if (!found) throw new Error(`${serial} is not plugged in`);
    return found.id;
  }

  /** Confirms with this key. */
  confirmedBy(key: UsbKey): { ceremonyId: CeremonyId; keyId: KeyId } {
    return { ceremonyId: newId(), keyId: this.idOf(key) };
  }

  async signIn(username: string, key: UsbKey): Promise<void> {
    await this.ask('helpdesk.signIn', { username, confirm: this.confirmedBy(key) });
  }

  state(): Promise<HelpdeskState> {
    return this.ask('helpdesk.state', undefined);
  }

  /** Enters the PIN where one is asked for. */
  enterPin({ ceremonyId, need }: CeremonyEvent, pin = PIN): void {
    if (need.kind !== 'pin' && need.kind !== 'new-pin') return;
    // Not before it is waited for: events are told first.
    setImmediate(() => void this.request('ceremony.answer', { ceremonyId, answer: { kind: need.kind, pin } }));
  }

  async plug(...keys: readonly UsbKey[]): Promise<void> {
    for (const { key } of keys) if (!key.plugged) key.replug();
    await this.services.registry.look();
  }

  async unplug(...keys: readonly UsbKey[]): Promise<void> {
    for (const { key } of keys) key.unplug();
    await this.services.registry.look();
  }

  hear(name: EventName, payload: unknown): void {
    this.told.push(JSON.stringify([name, payload]));
    if (name === 'helpdesk.changed') this.states.push(payload as HelpdeskState); // by the contract
    if (name === 'ceremony') this.onNeed?.(payload as CeremonyEvent); // the same
  }

  async request(name: Request, input: unknown): Promise<Result<unknown>> {
    const result = await answerRequest(this.handlers, name, input);
    this.told.push(JSON.stringify([name, result]));
    return result;
  }
}

const pluggedKey = ({ serial, key }: UsbKey): PluggedKey => ({
  id: `usb:${serial}`,
  product: 'Test key',
  manufacturer: 'Keydesk',
  serial,
  connection: 'usb',
  open: () => Promise.resolve(new MemoryPort(key)),
});
