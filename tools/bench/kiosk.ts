import { heapUsed } from '../../tests/e2e/heap.js';
import { KioskStation, tapIn } from '../../tests/e2e/kiosk-station.js';
import { countTapIn } from './tap-in.js';

/** Pull-outs that are timed, and changes of person over which memory is looked at. */
const TIMED = 20;
const CHANGES = 200;
/** By then everything is loaded that is loaded once. */
const WARM = 20;
const PEOPLE = ['ana', 'ben'] as const;

/**
 * A kiosk in the runtime of this machine, with keys on UDP. Counted: what one tap-in takes. Timed: from the moment at which a key is pulled out to
 * the end of its person's window, which is when main signs them out; a key on UDP is held to be out when it has been silent for 300 ms, which a
 * key on USB does not have to be. Weighed: main's memory from one person to the next.
 */
export async function measureKiosk() {
  const station = await KioskStation.open({ people: PEOPLE });
  try {
    const { app, window: first } = await station.launch();
    let window = first;
    const times: number[] = [];
    let warm = 0;
    for (let change = 0; change < CHANGES; change += 1) {
      const guest = station.guest(PEOPLE[change % PEOPLE.length] ?? PEOPLE[0]);
      await tapIn(window, guest);
      const gone = window.waitForEvent('close');
      const pulled = performance.now();
      guest.key.unplug();
      await gone;
      if (change < TIMED) times.push(Math.round(performance.now() - pulled));
      window = await station.nextWindow(window);
      if (change === WARM) warm = await heapUsed(app);
    }
    const bytes = (await heapUsed(app)) - warm;
    times.sort((a, b) => a - b);
    return {
      perTapIn: { '2.1': await countTapIn('2.1'), '2.3': await countTapIn('2.3') },
      pullOutToSignedOutMs: { min: times[0], median: times[Math.floor(TIMED / 2)], max: times.at(-1) },
      changes: CHANGES,
      mainBytesPerChange: Math.round(bytes / (CHANGES - 1 - WARM)),
    };
  } finally {
    await station.close();
  }
}
