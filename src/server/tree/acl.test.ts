import { describe, expect, it } from 'vitest';
import { utf8Encode } from '../../base/utf8.ts';
import type { ACL, Id } from '../../protocol/acl.ts';
import {
  ANYONE_ID,
  AUTH_IDS,
  CREATOR_ALL_ACL,
  OPEN_ACL_UNSAFE,
  Perms,
} from '../../protocol/acl.ts';
import { KeeperErrorCode } from '../../protocol/errors.ts';
import { DEFAULT_CONFIG } from '../config.ts';
import { checkACL, fixupACL, maskACL } from './acl.ts';
import { authenticate, digestId, userName } from './authProviders.ts';

const BOB = { scheme: 'digest', id: 'bob:fyVmFCwVbTJYrznoSu1koqYEYF0=' };
const EVE = { scheme: 'digest', id: digestId('eve:x') };
const SUPER = { scheme: 'super', id: '' };
const SUPER_DIGEST = 'super:D/InIHSb7yEEbrWz8b9l71RjZJU=';
const INVALID = { ok: false, error: KeeperErrorCode.INVALIDACL };

function grant(scheme: string, id: string, perms: number = Perms.ALL): ACL {
  return { perms, id: { scheme, id } };
}

function addauth(scheme: string, text: string) {
  return authenticate(scheme, utf8Encode(text), { ...DEFAULT_CONFIG, superDigest: SUPER_DIGEST });
}

describe('authenticate', () => {
  it('makes the digest identity that ZooKeeper makes', () => {
    expect(digestId('bob:secret')).toBe(BOB.id);
    expect(addauth('digest', 'bob:secret')).toEqual({ ok: true, value: [BOB] });
    expect(digestId('nocolon').startsWith('nocolon:')).toBe(true);
  });

  it('adds the super identity for the super digest, if there is one', () => {
    const own = { scheme: 'digest', id: SUPER_DIGEST };
    expect(addauth('digest', 'super:test')).toEqual({ ok: true, value: [SUPER, own] });
    const bytes = utf8Encode('super:test');
    expect(authenticate('digest', bytes, DEFAULT_CONFIG)).toEqual({ ok: true, value: [own] });
  });

  it('takes ip for granted and refuses what it does not know', () => {
    expect(addauth('ip', '')).toEqual({ ok: true, value: [] });
    expect(addauth('kerberos', '')).toEqual({ ok: false, error: KeeperErrorCode.AUTHFAILED });
  });

  it('whoAmI shows no secret', () => {
    expect(userName(BOB)).toBe('bob');
    expect(userName({ scheme: 'ip', id: '127.0.0.1' })).toBe('127.0.0.1');
    expect(userName(SUPER)).toBe('');
  });
});

describe('fixupACL', () => {
  it('refuses null, empty and what no provider accepts', () => {
    const refused = [
      ['world', 'foo'],
      ['kerberos', 'x'],
      ['super', ''],
      ['digest', 'nocolon'],
      ['digest', 'a:b:c'],
      ['digest', 'a:'],
      ['ip', '300.0.0.1'],
      ['ip', '10.0.0.0/33'],
      ['ip', '10.0.0'],
    ] as const;
    expect(fixupACL(null, [], DEFAULT_CONFIG)).toEqual(INVALID);
    expect(fixupACL([], [], DEFAULT_CONFIG)).toEqual(INVALID);
    for (const [scheme, id] of refused)
      expect(fixupACL([grant(scheme, id)], [], DEFAULT_CONFIG)).toEqual(INVALID);
  });

  it('keeps valid entries as they are, and each once', () => {
    const acl = [
      grant('world', 'anyone', 255),
      grant('ip', '10.0.0.0/8'),
      grant('digest', 'a:b:', 0),
    ];
    expect(fixupACL([...acl, ...acl], [], DEFAULT_CONFIG)).toEqual({ ok: true, value: acl });
  });

  it('puts the proved identities in the place of auth', () => {
    const ids = [{ scheme: 'ip', id: '10.0.0.1' }, SUPER, BOB, EVE];
    const read = [{ perms: Perms.READ, id: AUTH_IDS }];
    expect(fixupACL(CREATOR_ALL_ACL, [], DEFAULT_CONFIG)).toEqual(INVALID);
    expect(fixupACL(CREATOR_ALL_ACL, ids.slice(0, 2), DEFAULT_CONFIG)).toEqual(INVALID);
    expect(fixupACL([...read, ...OPEN_ACL_UNSAFE], ids, DEFAULT_CONFIG)).toEqual({
      ok: true,
      value: [
        { perms: Perms.READ, id: BOB },
        { perms: Perms.READ, id: EVE },
        { perms: Perms.ALL, id: ANYONE_ID },
      ],
    });
  });
});

describe('checkACL', () => {
  const allows = (acl: ACL, ids: readonly Id[]) => checkACL([acl], Perms.READ, ids);

  it('matches identities of the same scheme with the bit that is wanted', () => {
    expect(allows({ perms: Perms.READ, id: BOB }, [EVE, BOB])).toBe(true);
    expect(allows({ perms: Perms.ALL, id: BOB }, [EVE])).toBe(false);
    expect(allows({ perms: Perms.ALL - Perms.READ, id: BOB }, [BOB])).toBe(false);
    expect(allows(grant('world', 'anyone', Perms.READ), [])).toBe(true);
    expect(allows(grant('world', 'anyone', Perms.WRITE), [])).toBe(false);
    expect(allows(grant('kerberos', 'k'), [{ scheme: 'kerberos', id: 'k' }])).toBe(false);
  });

  it('lets super through, and everyone where there is no ACL', () => {
    expect(allows({ perms: 0, id: BOB }, [SUPER])).toBe(true);
    expect(checkACL([], Perms.ADMIN, [])).toBe(true);
  });

  it('matches addresses by their leading bits', () => {
    const from = (address: string, range: string) =>
      allows(grant('ip', range), [{ scheme: 'ip', id: address }]);
    expect(from('127.0.0.1', '127.0.0.1')).toBe(true);
    expect(from('127.0.0.2', '127.0.0.1')).toBe(false);
    expect(from('10.200.3.4', '10.1.2.3/8')).toBe(true);
    expect(from('11.1.2.3', '10.1.2.3/8')).toBe(false);
    expect(from('192.168.1.127', '192.168.1.1/25')).toBe(true);
    expect(from('192.168.1.128', '192.168.1.1/25')).toBe(false);
    expect(from('200.0.0.1', '129.0.0.0/1')).toBe(true);
    expect(from('255.0.0.1', '1.0.0.0/0')).toBe(true);
    expect(from('::1', '0.0.0.0/0')).toBe(false);
  });
});

it('getACL hides digests from who may not administrate', () => {
  const acl = [
    { perms: Perms.READ, id: ANYONE_ID },
    { perms: Perms.ALL, id: BOB },
  ];
  expect(maskACL(acl, [BOB])).toEqual(acl);
  expect(maskACL(acl, [EVE])).toEqual([acl[0], grant('digest', 'bob:x')]);
});
