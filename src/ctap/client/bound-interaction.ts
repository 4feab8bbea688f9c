import type { Interaction } from './interaction.js';

/** The same person in an object of its own, in which single questions can be replaced: `{ ...bound(person), pin }`. */
export function bound(person: Interaction): Interaction {
  const changePin = person.changePin?.bind(person);
  return {
    touch: () => {
      person.touch();
    },
    fingerprint: (request) => {
      person.fingerprint(request);
    },
    wait: () => {
      person.wait();
    },
    pin: (request) => person.pin(request),
    newPin: (request) => person.newPin(request),
    ...(changePin && { changePin }),
    account: (accounts, signal) => person.account(accounts, signal),
  };
}
