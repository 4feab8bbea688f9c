import type { Check } from './check.js';
import { cliChecks } from './cli-checks.js';
import { libraryChecks } from './library-checks.js';
import { permissionChecks } from './permission-checks.js';
import { replugChecks } from './replug-checks.js';
import { SoftwareKey } from './software-key.js';

const key = new SoftwareKey();

/** In order, on one machine: each finds what the earlier ones have left. */
export const checks: readonly Check[] = [
  ...libraryChecks(key),
  ...cliChecks(key),
  ...replugChecks(key),
  ...permissionChecks(key),
];
