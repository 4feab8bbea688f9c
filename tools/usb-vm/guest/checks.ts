import type { Check } from './check.js';
import { libraryChecks } from './library-checks.js';
import { permissionChecks } from './permission-checks.js';
import { SoftwareKey } from './software-key.js';
import { witnessChecks } from './witness-checks.js';

const key = new SoftwareKey();

/** In order, on one machine: each finds what the earlier ones have left. */
export const checks: readonly Check[] = [...libraryChecks(key), ...witnessChecks(key), ...permissionChecks(key)];
