import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

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
    await this.#window.emulateMedia({ colorScheme: 'dark' });
    await this.#window.screenshot({ path: `${path}-dark.png`, fullPage: true });
    await this.#window.emulateMedia({ colorScheme: 'light' });
    await this.#window.screenshot({ path: `${path}.png`, fullPage: true });
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
