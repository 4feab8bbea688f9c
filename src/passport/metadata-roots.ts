import { X509Certificate } from 'node:crypto';

/** A root that FIDO's metadata service is signed under. */
interface PinnedRoot {
  /** SHA-256 of the certificate, as X509Certificate writes it. */
  readonly fingerprint: string;
  /** Base64 of DER. */
  readonly certificate: string;
}

/**
 * GlobalSign Root CA – R3, under which mds3.fidoalliance.org signs (FIDO Metadata Service 3.0 §3.2), valid until March 2029; as GlobalSign publishes it
 * at https://valid.r3.roots.globalsign.com.
 */
const GLOBALSIGN_R3: PinnedRoot = {
  fingerprint: 'CB:B5:22:D7:B7:F1:27:AD:6A:01:13:86:5B:DF:1C:D4:10:2E:7D:07:59:AF:63:5A:7C:F4:72:0D:C9:63:C5:3B',
  certificate: `
    MIIDXzCCAkegAwIBAgILBAAAAAABIVhTCKIwDQYJKoZIhvcNAQELBQAwTDEgMB4GA1UECxMXR2xvYmFsU2lnbiBSb290IENBIC0gUjMxEzARBgNVBAoT
    Ckdsb2JhbFNpZ24xEzARBgNVBAMTCkdsb2JhbFNpZ24wHhcNMDkwMzE4MTAwMDAwWhcNMjkwMzE4MTAwMDAwWjBMMSAwHgYDVQQLExdHbG9iYWxTaWdu
    IFJvb3QgQ0EgLSBSMzETMBEGA1UEChMKR2xvYmFsU2lnbjETMBEGA1UEAxMKR2xvYmFsU2lnbjCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEB
    AMwldpB5BngiFvXAg7aEyiie/QV2EcWtiHL8RgJDx7KKnQRfJMsuS+FggkbhUqsMgUdwbN1k0ev1LKMPgj0MK66X17YUhhB5uzsTgHeMCOFJ0mpiLx9e
    +pZo34knlTifBtc+ycsmWQ1z3rDI6SYOgxXG71uL0gRgykmmKPZpO/bLyCiR5Z2KYVc3rHQU3HTgOu5yLy6c+9C7v/U9AOEGM+iCK65TpjoWc4zdQQ4g
    OsC0p6Hpsk+QLjJg6VfLuQSSaGjlOCZgdbKfd/+RFO+uIEn8rUAVSNECMWEZXriX7613t2Saer9fwRPvm2L7DWzgVGkWqQPabumDk3F2xmmFghcCAwEA
    AaNCMEAwDgYDVR0PAQH/BAQDAgEGMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFI/wS3+oLkUkrk1Q+mOai97i3Ru8MA0GCSqGSIb3DQEBCwUAA4IB
    AQBLQNvAUKr+yAzv95ZURUm7lgAJQayzE4aGKAczymvmdLm6AC2upArT9fHxD4q/c2dKg8dEe3jgr25sbwMpjjM5RcOO5LlXbKr8EpbsU8Yt5CRsuZRj
    +9xTaGdWPoO4zzUhw8lo/s7awlOqzJCK6fBdRoyV3XpYKBovHd7NADdBj+1EbddTKJd+82cEHhXXipa0095MJ6RMG3NzdvQXmcIfeg7jLQitChws/zyr
    VQ4PkX4268NXSb7hLi18YIvDQVETI53O9zJrlAGomecsMx86OyXShkDOOyyGeMlhLxS67ttVb9+E7gUJTb0o2HLO02JQZR7rkpeDMdmztcpHWD9f`,
};

/**
 * The root certificates that metadata may come from, DER: the pinned one, or the `supplied` one of an organisation that runs a service of its own.
 * @param supplied PEM or DER
 * @throws RangeError when what stands here is not the certificate of that fingerprint
 */
export function metadataRoots(supplied?: Uint8Array): Uint8Array[] {
  if (supplied) return [new X509Certificate(supplied).raw];
  const { raw, fingerprint256 } = new X509Certificate(Buffer.from(GLOBALSIGN_R3.certificate, 'base64'));
  if (fingerprint256 !== GLOBALSIGN_R3.fingerprint) throw new RangeError('The metadata root is not the pinned one');
  return [raw];
}
