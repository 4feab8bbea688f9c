/**
 * Names for AAGUIDs, so that a person finds the right key on the desk. They are not for security: a key says its AAGUID
 * itself, and only an attestation that leads to the vendor's root proves it (`attestation.ts`).
 *
 * A list of our own, of security keys with USB. Each AAGUID was found in two places: the vendor's own documentation or
 * FIDO's metadata as Microsoft and others list it, and a public register. What is not certain is left out; the metadata,
 * where it is supplied, knows more (`metadata-blob.ts`).
 */
export interface Model {
  readonly vendor: string;
  readonly model: string;
}

/** Vendors that say how they write the number of `firmwareVersion` are told apart by these names in `firmware.ts`. */
export const YUBICO = 'Yubico';

const MODELS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  [YUBICO]: {
    'YubiKey 5': [
      'cb69481e-8ff7-4039-93ec-0a2729a154a8',
      'ee882879-721c-4913-9775-3dfcce97072a',
      '19083c3d-8383-4b18-bc03-8f1c9ab2fd1b',
      'ff4dac45-ede8-4ec2-aced-cf66103f4335',
      '0a357157-9b18-4c8a-920e-d156e972b2f8',
    ],
    'YubiKey 5 (enterprise profile)': ['20ac7a17-c814-4833-93fe-539f0d5e3389', '4599062e-6926-4fe7-9566-9e8fb1aedaa0'],
    'YubiKey 5 NFC': [
      'fa2b99dc-9e39-4257-8f92-4a30d23c4118',
      '2fc0579f-8113-47ea-b116-bb5a8db9202a',
      'a25342c0-3cdc-4414-8e46-f4807fca511c',
      'd7781e5d-e353-46aa-afe2-3ca49f13332a',
      'f4ce5fc0-57d3-46f5-a736-efb7d5bc63b5',
    ],
    'YubiKey 5 NFC (enterprise profile)': ['1ac71f64-468d-4fe0-bef1-0e5f2f551f18'],
    'YubiKey 5 NFC Enhanced PIN': ['662ef48a-95e2-4aaa-a6c1-5b9c40375824'],
    'YubiKey 5Ci': [
      'c5ef55ff-ad9a-4b9f-b580-adebafe026d0',
      'a02167b9-ae71-4ac7-9a07-06432ebb6f1c',
      '24673149-6c86-42e7-98d9-433fb5b73296',
      '03012cb7-4fb2-42e7-9e8d-a81f10e2a5e9',
    ],
    'YubiKey 5Ci (enterprise profile)': [
      'b90e7dc1-316e-4fee-a25a-56a666a670fe',
      '3b24bf49-1d45-4484-a917-13175df0867b',
    ],
    'YubiKey 5 FIPS': ['73bb0cd4-e502-49b8-9c6f-b59445bf720b', '57f7de54-c807-4eab-b1c6-1c9be7984e92'],
    'YubiKey 5 FIPS (enterprise profile)': ['905b4cb4-ed6f-4da9-92fc-45e0d4e9b5c7'],
    'YubiKey 5 NFC FIPS': ['c1f9a0bc-1dd2-404a-b27f-8e29047a43fd', 'fcc0118f-cd45-435b-8da1-9782b2da0715'],
    'YubiKey 5 NFC FIPS (enterprise profile)': ['79f3c8ba-9e35-484b-8f47-53a5a0f5c630'],
    'YubiKey 5Ci FIPS': ['85203421-48f9-4355-9bc8-8a53846e5083', '7b96457d-e3cd-432b-9ceb-c9fdd7ef7432'],
    'YubiKey 5Ci FIPS (enterprise profile)': ['3a662962-c6d4-4023-bebb-98ae92e78e20'],
    'YubiKey 5 CCN NFC': ['3aa78eb1-ddd8-46a8-a821-8f8ec57a7bd5', 'eb7ef748-cbe0-4b40-b8f6-07bd2d592d35'],
    'YubiKey Bio, FIDO edition': [
      'd8522d9f-575b-4866-88a9-ba99fa02f35b',
      'dd86a2da-86a0-4cbe-b462-4bd31f57bc6f',
      '7409272d-1ff9-4e10-9fc9-ac0019c124fd',
    ],
    'YubiKey Bio, FIDO edition (enterprise profile)': [
      '83c47309-aabb-4108-8470-8be838b573cb',
      '8c39ee86-7f9a-4a95-9ba3-f6b097e5c2ee',
      'ad08c78a-4e41-49b9-86a2-ac15b06899e2',
    ],
    'YubiKey Bio, multi-protocol edition': [
      '7d1351a6-e097-4852-b8bf-c9ac5c9ce4a3',
      '90636e1f-ef82-43bf-bdcf-5255f139d12f',
      '34744913-4f57-4e6e-a527-e9ec3c4b94e6',
    ],
    'YubiKey Bio, multi-protocol edition (enterprise profile)': [
      '97e6a830-c952-4740-95fc-7c78dc97ce47',
      '6ec5cff2-a0f9-4169-945b-f33b563f7b99',
    ],
    'Security Key': ['f8a011f3-8c0a-4d15-8006-17111f9edc7d', 'b92c3f9a-c014-4056-887f-140a2501163b'],
    'Security Key NFC': [
      '6d44ba9b-f6ec-2e49-b930-0c8fe920cb73',
      '149a2021-8ef6-4133-96b8-81f8d5b7f1f5',
      'a4e9fc6d-4cbe-4758-b8ba-37598bb5bbaa',
      'e77e3c64-05e3-428b-8824-0cbeb04b829d',
      'b7d3f68e-88a6-471e-9ecf-2df26d041ede',
    ],
    'Security Key NFC, enterprise edition': [
      '0bb43545-fd2c-4185-87dd-feb0b2916ace',
      '47ab2fb4-66ac-4184-9ae1-86be814012d5',
      'ed042a3a-4b22-4455-bb69-a267b652ae7e',
      '9ff4cc65-6154-4fff-ba09-9e2af7882ad2',
      '72c6b72d-8512-4c66-8359-9d3d10d9222f',
    ],
  },
  Feitian: {
    'ePass FIDO2': ['833b721a-ff5f-4d00-bb2e-bdda3ec01e29'],
    'ePass FIDO2 NFC': ['ee041bce-25e5-4cdb-8f86-897fd6418464', '234cd403-35a2-4cc2-8015-77ea280c77f5'],
    'ePass FIDO2 NFC Plus': ['260e3021-482d-442d-838c-7edfbe153b7e'],
    'BioPass FIDO2': ['77010bd7-212a-4fc9-b236-d2ca5e9d4084'],
    'BioPass FIDO2 Plus': ['b6ede29c-3772-412c-8a78-539c1f4c62d2'],
    'BioPass FIDO2 Pro': ['4c0cf95d-2f40-43b5-ba42-4c83a11c04ba'],
    'iePass FIDO': ['3e22415d-7fdf-4ea4-8a0c-dd60c4249b9d'],
    'AllinPass FIDO2': ['12ded745-4bed-47d4-abaa-e713f51d6393'],
  },
  Token2: {
    'FIDO2 Security Key': ['ab32f0c6-2239-afbb-c470-d2ef4e254db7'],
    'PIN+ Security Key': ['eabb46cc-e241-80bf-ae9e-96fa6d2975cf'],
  },
  Nitrokey: {
    'Nitrokey 3A Mini': ['2cd2f727-f6ca-44da-8f48-5c2e5da000a2'],
    'Nitrokey 3 NFC': ['ec99db19-cd1f-4c06-a2a9-940f17a6a30b'],
    'Nitrokey Passkey': ['9a03e537-4cbe-4a01-b2e2-242e0dd9a59b'],
  },
  SoloKeys: {
    Solo: ['8876631b-d4a0-427f-5773-0ec71c9e0279'],
    'Solo Tap': ['8976631b-d4a0-427f-5773-0ec71c9e0279'],
    Somu: ['9876631b-d4a0-427f-5773-0ec71c9e0279'],
  },
  Google: { 'Titan Security Key': ['42b4fb4a-2866-43b2-9bf7-6c6669c2e5d3'] },
  Thales: {
    'SafeNet eToken FIDO': ['efb96b10-a9ee-4b6c-a4a9-d32125ccd4a4'],
    'SafeNet eToken Fusion': ['74820b05-a6c9-40f9-8fb0-9f86aca93998'],
    'SafeNet eToken Fusion CC': ['23786452-f02d-4344-87ed-aaf703726881'],
  },
  Swissbit: {
    'iShield Key FIDO2': ['931327dd-c89b-406c-a81e-ed7058ef36c6'],
    'iShield Key Pro': ['5d629218-d3a5-11ed-afa1-0242ac120002'],
  },
  TrustKey: {
    'G310(H)': ['95442b2e-f15e-4def-b270-efb106facb4e'],
    'G320(H)': ['87dbc5a1-4c94-4dc8-8a47-97d800fd1f3c'],
  },
  Kensington: { 'VeriMark Guard': ['d94a29d9-52dd-4247-9c2d-8b818b610389'] },
  OneSpan: {
    'DIGIPASS FX1 BIO': ['30b5035e-d297-4ff1-b00b-addc96ba6a98'],
    'DIGIPASS FX7': ['30b5035e-d297-4ff7-b00b-addc96ba6a98'],
    'FIDO Touch': ['30b5035e-d297-4fc1-b00b-addc96ba6a97'],
  },
  Identiv: { 'uTrust FIDO2': ['73402251-f2a8-4f03-873e-3cb6db604b03'] },
  'HID Global': {
    'Crescendo Key': ['692db549-7ae5-44d5-a1e5-dd20a493b723', '2d3bec26-15ee-4f5d-88b2-53622490270b'],
  },
  GoTrust: { 'Idem Key': ['3b1adb99-0dfe-46fd-90b8-7f7614a4de2a'] },
  AuthenTrend: {
    'ATKey.Pro': ['e1a96183-5016-4f24-b55b-e3ae23614cc6', 'e416201b-afeb-41ca-a03d-2281c28322aa'],
    'ATKey.ProS': ['ba76a271-6eb6-4171-874d-b6428dbe3437'],
  },
  Hypersecu: {
    'HyperFIDO Pro': ['9f77e279-a6e2-4d58-b700-31e5943c6a98'],
    'HyperFIDO Bio': ['d821a7d4-e97c-4cb6-bd82-4237731fd4be'],
  },
  CryptoTrust: { OnlyKey: ['998f358b-2dd2-4cbe-a43a-e8107438dfb3'] },
  NEOWAVE: { 'Winkeo FIDO2': ['3789da91-f943-46bc-95c3-50ea2012f03a'] },
  RSA: { DS100: ['7e3f3d30-3557-4442-bdae-139312178b39'] },
  Keydesk: {
    // One for each generation that `src/softkey/profile.ts` plays; a test compares the two.
    'Software key of CTAP 2.0': ['4b657964-6573-6b20-8f0d-2b1c5d7e9a20'],
    'Software key of CTAP 2.1, preview': ['4b657964-6573-6b21-8f0d-2b1c5d7e9a1f'],
    'Software key of CTAP 2.1': ['4b657964-6573-6b21-8f0d-2b1c5d7e9a21'],
    'Software key of CTAP 2.3': ['4b657964-6573-6b23-8f0d-2b1c5d7e9a23'],
  },
};

const BY_AAGUID = new Map<string, Model>(
  Object.entries(MODELS).flatMap(([vendor, models]) =>
    Object.entries(models).flatMap(([model, aaguids]) => aaguids.map((aaguid) => [aaguid, { vendor, model }] as const)),
  ),
);

/** The model that an AAGUID, as a UUID in small letters, stands for; undefined for one that we do not know. */
export function modelOf(aaguid: string): Model | undefined {
  return BY_AAGUID.get(aaguid);
}

/** Every AAGUID of the list. */
export function knownAaguids(): string[] {
  return [...BY_AAGUID.keys()];
}
