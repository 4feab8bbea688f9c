import { z } from 'zod';

/** A relying party's ID: a domain name, or localhost. */
export const RpId = z
  .string()
  .max(253)
  .regex(/^(localhost|([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})$/, 'expected a domain name');
