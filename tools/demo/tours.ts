import { Guide } from './guide.js';
import { walkTheDesk } from './tours/desk.js';
import { walkTheHelpdesk } from './tours/helpdesk.js';
import { walkTheKiosk } from './tours/kiosk.js';

interface Tour {
  /** One line for --help. */
  readonly about: string;
  /** Starts what it shows and walks through it. Rejects at the first thing that is not as it should be. */
  readonly walk: (guide: Guide) => Promise<void>;
}

/** By the names that --tour takes; each is a file in tours/. The first is walked where none is named. */
export const TOURS: Readonly<Record<string, Tour>> = {
  desk: { about: 'the main job: sign in, enrol a key, sign in with it, the page of a key, delete', walk: walkTheDesk },
  helpdesk: {
    about: 'a lost key replaced: by a code, and on behalf of somebody; a key prepared',
    walk: walkTheHelpdesk,
  },
  kiosk: {
    about: 'a station that many share: tap in, approve, be counted down, tap out, pull out, be locked',
    walk: walkTheKiosk,
  },
};

/** Walks one of them. Resolves with the exit code. */
export async function takeTour(name: string, { walk }: Tour): Promise<number> {
  const guide = new Guide(name);
  try {
    await walk(guide);
    return 0;
  } catch (error) {
    await guide.picture('where-it-failed').catch(() => undefined); // the error below is what matters
    process.stderr.write(`The tour failed: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await guide.end();
  }
}
