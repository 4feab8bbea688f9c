import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { AuditLog } from '../audit/audit-log.js';
import { discover, parseSimulators, SimulatorListError } from '../ctap/discovery.js';
import type { UdpAddress } from '../ctap/hid/udp-port.js';
import { type Journal, stationJournal } from '../station/journal.js';
import { JsonFile } from '../station/json-file.js';
import { PASSKEYS_FILE, PasskeyRecords, PasskeyRecordsFile } from '../station/passkey-records.js';
import { FailureError } from '../failures/failure-error.js';
import type { Mode } from '../shared/mode.js';
import { watchFiles } from './file-watch.js';
import type { Printer } from './helpdesk/receipts.js';
import { StationHelpdesk } from './helpdesk/station-helpdesk.js';
import { asAtKiosk } from './kiosk/gate.js';
import { type Kiosk, openKiosk } from './kiosk/kiosk.js';
import { Ceremonies } from './keys/ceremonies.js';
import { Enrolment } from './keys/enrolment.js';
import { KeyRegistry, type RegistryOptions } from './keys/registry.js';
import { RememberedKeys } from './keys/remembered-keys.js';
import { withStableIds } from './keys/stable-id.js';
import { KeyTraffic } from './keys/traffic.js';
import { TapIns } from './keys/tap-ins.js';
import { KeyVisits } from './keys/visits.js';
import { kioskRulesOf, modeOf, policyAt } from './mode.js';
import { PolicyGate } from './policy-gate.js';
import { PolicySource, type PolicySources } from './policy-source.js';
import { CurrentStation, localEndpointOf, SettingsFile } from './station.js';
import type { MainWindow } from './window.js';

/** Everything of main that lives as long as the app. Made here and nowhere else, and handed down. */
export interface Services {
  readonly station: CurrentStation;
  readonly policy: PolicyGate;
  readonly registry: KeyRegistry;
  readonly ceremonies: Ceremonies;
  readonly visits: KeyVisits;
  readonly tapIns: TapIns;
  readonly remembered: RememberedKeys;
  readonly enrolment: Enrolment;
  readonly journal: Journal;
  readonly records: PasskeyRecords;
  /** Undefined at a desk and at a helpdesk. */
  readonly kiosk: Kiosk | undefined;
  /** Undefined at a desk and at a kiosk. */
  readonly helpdesk: StationHelpdesk | undefined;
  readonly printer: Printer;
  /** Where settings, journal and records are kept. */
  readonly folder: string;
  /** Saves the last traffic with a key and resolves with the path. Rejects with `key/removed`, `settings/unwritable`. */
  readonly saveTrace: (keyId: string) => Promise<string>;
  readonly mode: Mode;
  /** Ends what the window has begun with keys, and forgets what keys gave for it. */
  readonly leaveKeys: () => void;
  /** Nobody sits before the window any more: the same, and a helpdesk's operator is signed out. A kiosk has its own ways to end. */
  readonly leave: () => void;
  readonly log: (error: unknown) => void;
  /** The files of the policy are looked at no longer. */
  readonly stopWatching: () => void;
}

export interface ServicesOptions {
  readonly window: Pick<MainWindow, 'tell' | 'reload' | 'renew' | 'destroy'>;
  readonly printer: Printer;
  /** Where settings, journal and records are kept. */
  readonly folder: string;
  /** KEYDESK_KEYS attaches simulators, KEYDESK_POOL_ENDPOINT tells where a local pool answers, KEYDESK_POLICY names a policy. KEYDESK_METADATA_ROOT names the
   * root certificate of another metadata service than FIDO's. AWS_PROFILE names the profile that the helpdesk works with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** What the station was started as; undefined leaves it to the policy. */
  readonly askedMode: Mode | undefined;
  /** Everything that is plugged in: what is on USB and the simulators that answer, unless given. */
  readonly discover?: RegistryOptions['discover'];
  readonly log: (error: unknown) => void;
  /** Ends the app: it cannot go on. */
  readonly fail: (error: unknown) => void;
}

/** Where a key that is pulled out signs its person out, a moment is long. */
const KIOSK_POLL_MS = 150;

/** Rejects with FailureError `settings/…` for files or an environment that cannot be used. */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { window, printer, folder, environment, version, askedMode, log, fail } = options;
  const now = Date.now;
  const simulators = simulatorsOf(environment['KEYDESK_KEYS']);
  const findKeys: NonNullable<ServicesOptions['discover']> =
    options.discover ?? ((isInUse) => discover(simulators, { isInUse }));
  const journal = stationJournal(folder);
  await journal.orphans(); // a damaged entry is told at once, not when somebody looks for it
  const records = await PasskeyRecords.open(new JsonFile(join(folder, PASSKEYS_FILE), PasskeyRecordsFile));
  const source = new PolicySource({ folder, environment, now, log });
  const first = await source.read();
  const mode = modeOf(askedMode, first.policy);
  // Nobody taps in where it cannot be written who comes and goes.
  const audit = mode === 'kiosk' ? await AuditLog.open({ folder, station: hostname(), now }) : undefined;
  const atThisDesk = (sources: PolicySources) => ({ ...sources, policy: policyAt(mode, sources.policy) });
  const policy = new PolicyGate({ ...atThisDesk(first), now });
  const station = await CurrentStation.open({
    file: new JsonFile(join(folder, 'settings.json'), SettingsFile),
    version,
    mode,
    policyStatus: () => policy.status,
    kioskRules: () => (mode === 'kiosk' ? kioskRulesOf(policy.state) : undefined),
    localEndpoint: localEndpointOf(environment['KEYDESK_POOL_ENDPOINT']),
    startPractice: async () => {
      // Most starts are no practice: the pool and the software key are loaded when they are wanted.
      const { startPractice } = await import('./demo.js');
      return startPractice({
        onMail: (mail) => {
          window.tell('practice.mail', mail);
        },
        onTouch: (event) => {
          window.tell('practice.touch', event);
        },
      });
    },
    onPoolChange: () => {
      leave();
      void registry
        .look()
        .then(() => window.reload())
        .catch(log);
    },
  });
  const traffic = new KeyTraffic(now);
  const registry = new KeyRegistry({
    policy,
    ...(mode === 'kiosk' && { pollMs: KIOSK_POLL_MS }),
    discover: async (isInUse) => {
      const found = station.practiceKeys() ?? (await findKeys(isInUse));
      return withStableIds(found).map((key) => traffic.watch(key));
    },
    onOut: (keyIds) => kiosk?.session.keysOut(keyIds),
    onChange: (keys) => {
      kiosk?.session.keysChanged(keys.map(({ id }) => id));
      ceremonies.keysChanged(keys);
      traffic.keysChanged(keys);
      visits.keysChanged(keys);
      tapIns.keysChanged(keys);
      window.tell('keys.changed', kiosk ? asAtKiosk(keys) : keys);
    },
    onFault: log,
  });
  const ceremonies = new Ceremonies({
    registry,
    emit: (event) => {
      window.tell('ceremony', event);
    },
    now,
  });
  const visits = new KeyVisits({ ceremonies });
  const tapIns = new TapIns({
    ceremonies,
    records,
    greets: () => mode === 'kiosk' && kioskRulesOf(policy.state).greets,
    onGreeting: (greeting) => {
      window.tell('tapIn.greeting', greeting);
    },
    log,
  });
  const remembered = new RememberedKeys();
  let reading: Promise<void> = Promise.resolve();
  const stopWatching = watchFiles(source.paths, () => {
    reading = reading
      .then(async () => {
        policy.replace(atThisDesk(await source.readAgain()));
        registry.examineAgain();
        kiosk?.session.policyChanged();
        // Nothing goes on that an operator has begun.
        if (helpdesk && policy.status.state === 'locked') leave();
        helpdesk?.policyChanged();
        window.tell('station.policy', policy.status);
      })
      .catch(log);
  });
  const enrolment = new Enrolment({ ceremonies, policy, journal, records, now, log });
  const leaveKeys = () => {
    ceremonies.cancelAll();
    visits.leaveAll();
    tapIns.leaveAll();
    remembered.forgetAll();
    void journal.abandonAll().catch(log);
  };
  const kiosk =
    audit &&
    openKiosk({
      window,
      station,
      policy,
      ceremonies,
      tapIns,
      records,
      leaveKeys,
      folder,
      name: hostname(),
      audit: (event) => audit.append(event),
      now,
      log,
      fail,
    });
  const helpdesk =
    mode === 'helpdesk'
      ? new StationHelpdesk({
          folder,
          station,
          policy: () => policy.state,
          enrolments: {
            confirm: (enrolmentId, nickname) => enrolment.confirm({ enrolmentId, nickname }),
            abandon: (enrolmentId) => journal.abandon(enrolmentId),
            orphans: () => journal.orphans(),
            records: () => Promise.resolve(records.kept()),
          },
          profile: environment['AWS_PROFILE'],
          tell: (state) => {
            window.tell('helpdesk.changed', state);
          },
          log,
        })
      : undefined;
  const leave = () => {
    leaveKeys();
    helpdesk?.leave().catch(log);
  };
  return {
    station,
    policy,
    registry,
    ceremonies,
    visits,
    tapIns,
    remembered,
    enrolment,
    journal,
    records,
    kiosk,
    helpdesk,
    printer,
    folder,
    mode,
    leaveKeys,
    leave,
    log,
    stopWatching,
    saveTrace: (keyId) => saveTrace(folder, traffic.textOf(keyId), now()),
  };
}

/** Beside the settings, where the person may look at it before sending it to anybody. */
async function saveTrace(folder: string, text: string, now: number): Promise<string> {
  const path = join(folder, 'traces', `key-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}.jsonl`);
  try {
    await mkdir(join(folder, 'traces'), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
  } catch (error) {
    throw new FailureError({ code: 'settings/unwritable', detail: path }, { cause: error });
  }
  return path;
}

/** How long the pool is waited for at the end of a kiosk. */
const REVOKE_AT_END_MS = 5000;

/** Ends what is under way and leaves every key idle. */
export async function closeServices(services: Services): Promise<void> {
  const { station, registry, ceremonies, visits, stopWatching } = services;
  stopWatching();
  registry.stop();
  services.kiosk?.session.end('shutdown');
  await services.kiosk?.revocations.close(REVOKE_AT_END_MS);
  await services.kiosk?.written();
  await ceremonies.end();
  await services.helpdesk?.leave().catch(services.log);
  visits.leaveAll();
  services.tapIns.leaveAll();
  services.remembered.forgetAll();
  await station.end();
}

function simulatorsOf(text: string | undefined): UdpAddress[] {
  try {
    return parseSimulators(text);
  } catch (error) {
    if (!(error instanceof SimulatorListError)) throw error;
    throw new FailureError({ code: 'settings/invalid', detail: `KEYDESK_KEYS: ${error.message}` }, { cause: error });
  }
}
