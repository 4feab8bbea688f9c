import { describe } from 'vitest';

import { reset } from '../../src/ctap/reset.js';
import { itIsBare } from './bare-command.js';

describe('reset', () => {
  itIsBare(reset, 0x07);
});
