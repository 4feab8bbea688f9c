import { describe, expect, it } from 'vitest';

import { removeMeant } from '../../../src/ctap/client/remove-credential.js';
import { utf8 } from '../../../src/ctap/codec/bytes.js';
import type { CborKey, CborMap, CborValue } from '../../../src/ctap/codec/cbor.js';
import { CredentialManagementSubcommand as Subcommand } from '../../../src/ctap/commands.js';
import { CredentialManagement } from '../../../src/ctap/credential-management.js';
import { Ctap2 } from '../../../src/ctap/ctap2.js';
import { decodeInfo } from '../../../src/ctap/get-info.js';
import { protocolTwo } from '../../../src/ctap/pin/protocol.js';
import { CtapStatus } from '../../../src/ctap/status.js';
import { type Asked, es256Key, infoOf, type Reply, sha256, textMap } from '../scripted-key.js';
import { ScriptedTransport } from '../scripted-transport.js';

const RP_ID_HASH = sha256(utf8('login.example.com'));

/** A key that keeps credentials of one person, of these names, against the rule that there be one; `deletes`: whether it does. */
function openWith(names: string[], { deletes = true } = {}) {
  let kept = names;
  let told = 0;
  const reply = ({ parameters }: Asked): Reply => {
    switch (parameters.get(1)) {
      case Subcommand.ENUMERATE_CREDENTIALS_BEGIN:
        told = 0;
        return kept.length === 0 ? CtapStatus.NO_CREDENTIALS : next([[9, kept.length]]);
      case Subcommand.ENUMERATE_CREDENTIALS_NEXT:
        return next();
      case Subcommand.DELETE_CREDENTIAL: {
        const { id } = Object.fromEntries((parameters.get(2) as CborMap).get(2) as Map<string, Uint8Array>);
        if (deletes) kept = kept.filter((name) => name !== new TextDecoder().decode(id));
        return new Map();
      }
      default:
        return CtapStatus.INVALID_SUBCOMMAND;
    }
  };
  const next = (more: [CborKey, CborValue][] = []): CborMap =>
    new Map<CborKey, CborValue>([
      [6, textMap({ id: utf8('ana'), name: 'ana' })],
      [7, textMap({ id: utf8(kept[told++] ?? ''), type: 'public-key' })],
      [8, es256Key()],
      ...more,
    ]);
  const info = decodeInfo(infoOf({ 4: textMap({ credMgmt: true }) }));
  const token = { protocol: protocolTwo, bytes: new Uint8Array(32).fill(7), permissions: 4 };
  const management = new CredentialManagement(new Ctap2(new ScriptedTransport(reply)), info, token);
  return { management, kept: () => kept };
}

describe('removing a credential', () => {
  it('takes the one that is meant off the key', async () => {
    const { management, kept } = openWith(['one', 'two']);
    await removeMeant(management, RP_ID_HASH, ({ id }) => new TextDecoder().decode(id.id) === 'two', undefined);
    expect(kept()).toEqual(['one']);
  });

  it('takes none where several may be meant', async () => {
    const { management, kept } = openWith(['one', 'two']);
    await expect(removeMeant(management, RP_ID_HASH, () => true, undefined)).rejects.toMatchObject({
      code: 'several-credentials',
    });
    expect(kept()).toEqual(['one', 'two']);
  });

  it('says so where none is', async () => {
    const { management } = openWith(['one']);
    await expect(removeMeant(management, RP_ID_HASH, () => false, undefined)).rejects.toMatchObject({
      code: 'no-credentials',
    });
  });

  it('believes no key that lists it still', async () => {
    const { management } = openWith(['one'], { deletes: false });
    await expect(removeMeant(management, RP_ID_HASH, () => true, undefined)).rejects.toMatchObject({
      code: 'unchanged',
    });
  });
});
