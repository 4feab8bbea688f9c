import { untrack } from 'svelte';

/** What a screen reader is told besides what it finds: a touch is wanted, something was done. */
export class Announcer {
  #polite = $state('');
  #urgent = $state('');

  get polite(): string {
    return this.#polite;
  }

  get urgent(): string {
    return this.#urgent;
  }

  /** Read when the reader comes to a pause. */
  say(text: string): void {
    this.#polite = again(
      untrack(() => this.#polite),
      text,
    );
  }

  /** Read at once: the person must act now. */
  interrupt(text: string): void {
    this.#urgent = again(
      untrack(() => this.#urgent),
      text,
    );
  }
}

/** A region is read when its text changes: the same sentence twice gets a no-break space, which is not spoken. */
function again(before: string, text: string): string {
  return before === text ? `${text}\u00a0` : text;
}
