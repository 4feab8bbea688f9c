import { bound } from './bound-interaction.js';
import type { Interaction } from './interaction.js';

/** An interaction whose person enters the PIN once for one errand. */
export interface OnePinEntry {
  readonly interaction: Interaction;
  /** Whether a PIN was entered, so that asking again asks nobody. */
  readonly isEntered: () => boolean;
  /** Zeroes what was entered. To be called when the errand is over, however it ends. */
  readonly forget: () => void;
}

/**
 * Asks for the PIN once, and gives the same entry again when the errand needs another token. A PIN that was wrong is
 * never given twice: then the person is asked, as always.
 */
export function onePinEntry(person: Interaction): OnePinEntry {
  let entered: Uint8Array | undefined;
  const forget = () => {
    entered?.fill(0);
    entered = undefined;
  };
  const note = (pin: Uint8Array): Uint8Array => {
    forget();
    entered = pin.slice();
    return pin;
  };
  const changePin = person.changePin?.bind(person);
  const interaction: Interaction = {
    ...bound(person),
    pin: async (request) => {
      if (request.wrong) forget();
      return entered ? entered.slice() : note(await person.pin(request));
    },
    newPin: async (request) => note(await person.newPin(request)),
    ...(changePin && {
      changePin: async (request) => {
        forget();
        const change = await changePin(request);
        note(change.next);
        return change;
      },
    }),
  };
  return { interaction, isEntered: () => entered !== undefined, forget };
}
