import { describe } from 'vitest';

import { selection } from '../../src/ctap/selection.js';
import { itIsBare } from './bare-command.js';

describe('selection', () => {
  itIsBare(selection, 0x0b);
});
