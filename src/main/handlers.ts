import { get } from '../ctap/client/get.js';
import { removeCredential } from '../ctap/client/remove-credential.js';
import { type Handlers, requests } from '../shared/ipc.js';
import { FailureError } from '../failures/failure-error.js';
import { allRefusing } from './handler-tables.js';
import { locate } from './keys/locate.js';
import { addFingerprint, deleteFingerprint, listFingerprints, renameFingerprint } from './keys/fingerprints.js';
import { deleteOnKey, listOnKey, renameOnKey } from './keys/passkeys-on-key.js';
import { changePin, setPin } from './keys/pins.js';
import { resetKey } from './keys/reset.js';
import { toBase64url } from '../ctap/codec/bytes.js';
import { selectKey } from './keys/select.js';
import { changeSetting } from './keys/settings.js';
import { guardedAtKiosk, refusedElsewhere } from './kiosk/gate.js';
import { guardedAtHelpdesk, refusedAtOtherDesks } from './helpdesk/gate.js';
import { helpdeskHandlers } from './helpdesk/handlers.js';
import { lockedToViewing } from './policy-gate.js';
import { checkConnectedPool } from './pool-check.js';
import { pinRelyingParty, type RelyingParty } from './relying-party.js';
import type { Services } from './services.js';

/** Who does what the window asks: one line a request, and no work done here. */
export function handlersOf(services: Services): Handlers {
  const { station, policy, registry, ceremonies, visits, tapIns, remembered, enrolment, journal, records, log } =
    services;
  const relyingParty = (asked?: string) => pinRelyingParty(station.relyingParty, asked);
  const practice = () => {
    if (!station.practice) throw new FailureError({ code: 'practice/unavailable', detail: 'not practising' });
    return station.practice;
  };
  const handlers: Handlers = {
    'station.get': () => station.get(),
    'pool.connect': (settings) => station.connect(settings),
    'pool.practise': () => station.practise(),
    'pool.disconnect': () => station.disconnect(),
    'pool.check': () => checkConnectedPool(station),

    'keys.list': () => registry.list(),
    'keys.select': (input) => selectKey(services, input),
    'keys.wink': ({ keyId }) => registry.use(keyId, (authenticator) => authenticator.wink()),
    'keys.setPin': (input) => setPin(registry, input),
    'keys.changePin': async (input) => {
      const before = registry.infoOf(input.keyId); // afterwards nobody could tell its mark any more
      await changePin(registry, input);
      remembered.forget(input.keyId, before);
      tapIns.leave(input.keyId);
      visits.leave(input.keyId); // a key forgets its tokens with the PIN that they were given for
    },
    'keys.create': (input) => enrolment.create(input, relyingParty(input.options.rp.id)),
    'keys.get': ({ ceremonyId, keyId, options }) => {
      const { origin } = relyingParty(options.rpId);
      return ceremonies.run(ceremonyId, keyId, (work) =>
        tapIns.asserting(work, keyId, (verified) => get(options, origin, verified)),
      );
    },
    'keys.removePasskey': async ({ ceremonyId, keyId, credentialId }) => {
      const { id: rpId } = relyingParty();
      await ceremonies.run(ceremonyId, keyId, (work) =>
        removeCredential(work, rpId, ({ id }) => toBase64url(id.id) === credentialId),
      );
    },
    'keys.locate': (input) => locate(registry, relyingParty().id, input, log),
    'tapIn.identify': (input) => tapIns.identify(input, relyingParty()),
    'ceremony.answer': (input) => {
      ceremonies.answer(input);
    },
    'ceremony.cancel': (input) => {
      ceremonies.cancel(input);
    },

    'onKey.list': (input) => listOnKey(services, input),
    'onKey.forget': ({ keyId }) => {
      remembered.forget(keyId, registry.infoOf(keyId));
    },
    'onKey.rename': (input) => renameOnKey(visits, input),
    'onKey.delete': (input) => deleteOnKey(visits, input),
    'fingerprints.list': (input) => listFingerprints(visits, input),
    'fingerprints.add': (input) => addFingerprint(visits, input),
    'fingerprints.rename': (input) => renameFingerprint(visits, input),
    'fingerprints.delete': (input) => deleteFingerprint(visits, input),
    'keySettings.change': (input) => changeSetting(visits, input),
    'keys.reset': (input) => {
      remembered.forget(input.keyId, registry.infoOf(input.keyId));
      return resetKey(services, input);
    },
    'visit.leave': ({ keyId }) => {
      visits.leave(keyId);
    },

    'passkeys.records': () => records.all(),
    'passkeys.confirm': (input) => enrolment.confirm(input),
    'passkeys.abandon': ({ enrolmentId }) => journal.abandon(enrolmentId),
    'passkeys.rename': ({ credentialId, nickname }) => records.rename(credentialId, nickname),
    'passkeys.forget': ({ credentialId }) => records.forget(credentialId),
    'orphans.list': () => journal.orphans(),
    'orphans.remove': (input) => enrolment.removeOrphan(input),
    'orphans.dismiss': ({ orphanId }) => journal.close(orphanId),

    'diagnostics.save': async ({ keyId }) => ({ path: await services.saveTrace(keyId) }),

    'practice.touch': () => {
      practice().touch();
    },
    'practice.plug': async ({ plugged }) => {
      practice().plug(plugged);
      await registry.look();
    },
    ...refusedElsewhere(),
    ...refusedAtOtherDesks(),
  };
  return lockedToViewing(atThisStation(handlers, services, relyingParty), () => policy.status);
}

/** The handlers of a desk as each mode has them. */
function atThisStation(
  handlers: Handlers,
  services: Services,
  relyingParty: (asked?: string) => RelyingParty,
): Handlers {
  const { kiosk, helpdesk } = services;
  if (kiosk) return guardedAtKiosk(handlers, kiosk);
  if (!helpdesk) return handlers;
  return guardedAtHelpdesk(handlers, helpdeskHandlers({ ...services, helpdesk, relyingParty }), {
    ...services,
    helpdesk,
  });
}

/** Handlers of an app that could not read what it needs: every request is answered with the reason. */
export function refusingAll(reason: unknown): Handlers {
  return allRefusing(requests, () => reason);
}
