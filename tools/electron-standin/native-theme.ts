import type { NativeTheme } from 'electron';

import { Emitter } from './emitter.js';
import type { House } from './house.js';
import type { PartOf } from './refuse.js';

type ThemeSource = NativeTheme['themeSource'];

/** The app's choice between light and dark. The "system" here is light. */
export class NativeThemePart extends Emitter implements PartOf<NativeTheme> {
  readonly #house: () => House;
  #source: ThemeSource = 'system';

  constructor(house: () => House) {
    super('nativeTheme', ['updated']);
    this.#house = house;
  }

  get themeSource(): ThemeSource {
    return this.#source;
  }

  set themeSource(source: ThemeSource) {
    if (source === this.#source) return;
    this.#source = source;
    for (const contents of this.#house().contents) contents.setColorScheme(source);
    this.emit('updated');
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark';
  }
}
