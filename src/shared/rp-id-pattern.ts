/** A relying party's ID: a domain name, or localhost. Plain data, so that the window can say at once what is none. */
export const RP_ID_PATTERN = /^(localhost|([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})$/;
