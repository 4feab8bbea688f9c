import { z } from 'zod';

const ClientData = z.looseObject({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
});
export type ClientData = z.infer<typeof ClientData>;

/** Reads clientDataJSON (base64url of UTF-8 JSON, WebAuthn §5.8.1); undefined when it is none. */
export function readClientData(encoded: string): ClientData | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64url'));
    return ClientData.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // neither UTF-8 nor JSON: the caller answers for it
  }
}
