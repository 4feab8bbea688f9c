import type { Connection } from '../../cognito/connection.js';
import type { PoolSettings } from '../../shared/station.js';
import type { Bridge } from '../api.js';
import { explain } from '../messages.js';
import { Announcer } from './announcer.svelte.js';
import { Keys } from './keys.svelte.js';
import { Practice } from './practice.svelte.js';
import { Station } from './station.svelte.js';

/** A pool as main has accepted it, and where it answers. */
export type ConnectedPool = PoolSettings & { readonly endpoint: string };

/** What the window has for as long as it is open. */
export class Desk {
  readonly bridge: Bridge;
  readonly connectPool: (settings: ConnectedPool) => Connection;
  readonly announcer = new Announcer();
  readonly station: Station;
  readonly keys: Keys;
  readonly practice: Practice;

  constructor(bridge: Bridge, connectPool: (settings: ConnectedPool) => Connection) {
    this.bridge = bridge;
    this.connectPool = connectPool;
    this.station = new Station(bridge);
    this.keys = new Keys(bridge);
    this.practice = new Practice(bridge);
  }

  /** Begins to listen and to read; returns how to stop listening. */
  open(): () => void {
    const policy = this.station.watch(({ state }) => {
      const said = 'The policy of this station has changed.';
      this.announcer.say(state === 'locked' ? explain({ code: 'policy/locked' }).sentence : said);
    });
    const stops = [policy, this.keys.watch(), this.practice.watch()];
    void this.station.load();
    return () => {
      for (const stop of stops) stop();
    };
  }
}
