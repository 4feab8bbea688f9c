import { PROFILE_NAMES } from '../../src/softkey/profile.js';
import { describeAuthenticator } from './authenticator.js';
import { CABLES, plugIn } from './soft-keys.js';

for (const cable of CABLES) {
  for (const profile of PROFILE_NAMES) {
    describeAuthenticator(`The software key ${profile} over ${cable}`, () => plugIn(cable, { profile }));
  }
}
