import type { PluggedKey } from './keys/plugged-key.js';
import { startPool } from '../pool/pool.js';
import type { EventPayload } from '../shared/ipc.js';
import type { Station } from '../shared/station.js';
import { MemoryPort } from '../softkey/ports/memory-port.js';
import { SoftKey } from '../softkey/soft-key.js';
import { AskPresence } from '../softkey/user-presence.js';
import type { RelyingParty } from './relying-party.js';
import { relyingPartyOf } from './relying-party.js';

export interface PracticeOptions {
  /** A code or a notice that a real pool would have sent by e-mail. */
  readonly onMail: (mail: EventPayload<'practice.mail'>) => void;
  /** The practice key has begun, or ceased, to wait for a touch. */
  readonly onTouch: (event: { wanted: boolean }) => void;
}

/** A pool and a key that are real to everything above them, and gone when the practice ends. */
export interface Practice {
  readonly pool: NonNullable<Station['pool']>;
  readonly users: NonNullable<Station['practice']>['users'];
  readonly relyingParty: RelyingParty;
  /** Of whoever administers the practice pool; main's alone. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The practice key, while it is plugged in. */
  discover(): PluggedKey[];
  touch(): void;
  plug(plugged: boolean): void;
  end(): Promise<void>;
}

/** The one file of main that may start the stand-ins: the local pool and the software key. */
export async function startPractice({ onMail, onTouch }: PracticeOptions): Promise<Practice> {
  const pool = await startPool({
    onMail: ({ username, code, subject = '', text = '' }) => {
      onMail(code === undefined ? { username, subject, text } : { username, code });
    },
  });
  const presence = new AskPresence((waiting) => {
    onTouch({ wanted: waiting !== undefined });
  });
  const key = new SoftKey({ profile: '2.3', presence, fingerprints: true });
  const { region, userPoolId, clientId, rpId, endpoint } = pool;
  return {
    pool: { region, userPoolId, clientId, rpId, endpoint },
    users: pool.users.map(({ username, password, status }) => ({ username, password, status })),
    relyingParty: relyingPartyOf(rpId),
    credentials: pool.adminKey,
    discover: () => (key.plugged ? [pluggedKey(key)] : []),
    touch: () => {
      presence.press();
    },
    plug: (plugged) => {
      if (!plugged) key.unplug();
      else key.replug();
    },
    end: async () => {
      key.unplug();
      await pool.close();
    },
  };
}

function pluggedKey(key: SoftKey): PluggedKey {
  return {
    id: 'practice:1',
    product: 'Practice key',
    manufacturer: 'Keydesk',
    serial: undefined,
    connection: 'practice',
    open: () => Promise.resolve(new MemoryPort(key)),
  };
}
