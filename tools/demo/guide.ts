import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

/** The light one last: tours go on in it. */
const SCHEMES = [
  ['dark', '-dark'],
  ['light', ''],
] as const;

/** Leads a tour: tells what has been done, and takes a picture of every screen, light and dark. */
export class Guide {
  readonly #folder: string;
  readonly #closers: (() => Promise<void>)[] = [];
  #window: Page | undefined;
  #screens = 0;

  /** @param tour its pictures are in out/tour/ under this name; those of the last time are thrown away */
  constructor(tour: string) {
    this.#folder = join('out', 'tour', tour);
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
  }

  /** From here on pictures are of this window. */
  lookAt(window: Page): void {
    this.#window = window;
  }

  async picture(name: string): Promise<void> {
    if (!this.#window) throw new Error('There is no window to take a picture of.');
    this.#screens += 1;
    const path = join(this.#folder, `${String(this.#screens).padStart(2, '0')}-${name}`);
    // A dialog, and its shade, are as large as the window; elsewhere what sticks to the top is to be at the top of the picture.
    const fullPage = (await this.#window.locator('[role=dialog], [role=alertdialog]').count()) === 0;
    if (fullPage) await this.#window.evaluate('scrollTo(0, 0)');
    for (const [colorScheme, ending] of SCHEMES) {
      await this.#window.emulateMedia({ colorScheme });
      // Colours that are still on their way from one scheme to the other would be neither.
      await this.#window.screenshot({ path: `${path}${ending}.png`, fullPage, animations: 'disabled' });
    }
  }

  step(text: string): void {
    process.stdout.write(`  ✓ ${text}\n`);
  }

  /** What a tour has started is ended after it, the last first: a tour that fails leaves a picture of where it was. */
  afterwards(close: () => Promise<void>): void {
    this.#closers.unshift(close);
  }

  async end(): Promise<void> {
    for (const close of this.#closers) await close();
    process.stdout.write(`${this.#screens} screens, light and dark, in ${this.#folder}\n`);
  }
}
