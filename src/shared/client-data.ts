import { z } from 'zod';

const ClientData = z.looseObject({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
});
export type ClientData = z.infer<typeof ClientData>;

/** Reads clientDataJSON (UTF-8 JSON, WebAuthn §5.8.1); undefined when it is none. */
export function readClientData(bytes: Uint8Array): ClientData | undefined {
  try {
    return ClientData.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))).data;
  } catch {
    return undefined; // neither UTF-8 nor JSON: the caller answers for it
  }
}
