import { PROFILE_NAMES } from '../../../src/softkey/profile.js';
import type { Check } from './check.js';
import { cliChecks } from './cli-checks.js';
import { fido2ToolsChecks } from './fido2-tools-checks.js';
import { fingerprintChecks } from './fingerprint-checks.js';
import { kioskChecks } from './kiosk-checks.js';
import { libraryChecks } from './library-checks.js';
import { permissionChecks } from './permission-checks.js';
import { replugChecks } from './replug-checks.js';
import { SoftwareKey } from './software-key.js';

const key = new SoftwareKey();

/** The sets of checks that a run of the machine makes one of; the kernel's command line says which (`keydesk.checks=`). */
export type CheckSet = 'all' | 'fido2-tools' | 'kiosk';

/** In order, on one machine: each finds what the earlier ones have left. */
export const CHECKS: Readonly<Record<CheckSet, readonly Check[]>> = {
  all: [
    ...libraryChecks(key),
    ...cliChecks(key),
    ...fido2ToolsChecks(key, '2.1'),
    ...fingerprintChecks(key),
    ...replugChecks(key),
    ...kioskChecks(key),
    ...permissionChecks(key),
  ],
  kiosk: kioskChecks(key),
  'fido2-tools': PROFILE_NAMES.flatMap((profile) => fido2ToolsChecks(key, profile)),
};
