import { z } from 'zod';

import { RP_ID_PATTERN } from './rp-id-pattern.js';

/** A relying party's ID at the border. */
export const RpId = z.string().max(253).regex(RP_ID_PATTERN, 'expected a domain name such as example.com');
