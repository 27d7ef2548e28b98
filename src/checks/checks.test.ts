/**
 * Each check on traces written by hand: it is silent where all is well and speaks where something
 * is not.
 */

import { describe, expect, test } from 'vitest';
import type { TxnBody } from '../protocol/txns.ts';
import type { Zxid } from '../protocol/zxid.ts';
import { createChecks, liveChecks } from './allChecks.ts';
import type { Check } from './Check.ts';
import { healthy, type Script, THREE, z } from './testing/Script.ts';

/** The checks that fail, with what they say. */
function failures(script: Script): Readonly<Record<string, string>> {
  const checks = createChecks();
  for (const event of script.events) for (const check of checks) check.observe(event);
  return Object.fromEntries(
    checks.map(({ id, violation }) => [id, violation ?? '']).filter(([, v]) => v),
  );
}

function find(id: string): Check {
  const check = createChecks().find((one) => one.id === id);
  if (check === undefined) throw new Error(`no check ${id}`);
  return check;
}

const create = (path: string, ephemeral: boolean): TxnBody => ({
  type: 'create',
  path,
  data: null,
  acl: [],
  ephemeral,
  parentCVersion: 1,
});
const closeSession: TxnBody = { type: 'closeSession', paths2Delete: [] };
const seen = (czxid: number, mzxid: number, version: number) => ({
  result: { czxid, mzxid, version },
});

describe('what may happen', () => {
  test('a healthy ensemble', () => {
    expect(failures(healthy())).toEqual({});
  });

  test('an uncommitted tail is cut off by the next leader', () => {
    const script = healthy()
      .proposes('S3', z(1, 3))
      .logs(z(1, 3), 'S3')
      .applies('S3', z(1, 3))
      .leads('S2', 2)
      .server('S3', { type: 'truncated', zxid: z(1, 2) })
      .replicates('S2', z(2, 1), THREE);
    expect(failures(script)).toEqual({});
  });

  test('an uncommitted tail is committed by the next leader, and snapshotted', () => {
    const script = healthy()
      .proposes('S3', z(1, 3))
      .logs(z(1, 3), 'S3', 'S2')
      .applies('S2', z(1, 3))
      .leads('S2', 2)
      .server('S2', { type: 'committed', zxid: z(1, 3) })
      .server('S1', { type: 'snapshotLoaded', zxid: z(1, 3), digest: `${z(1, 3)}` })
      .proposes('S2', z(2, 1))
      .logs(z(2, 1), 'S2', 'S1')
      .delivers(z(2, 1), 'S2', 'S1');
    expect(failures(script)).toEqual({});
  });

  test('a server restarts with what it had logged', () => {
    const script = healthy()
      .fault({ type: 'processKilled', target: 'S1', cause: 'kill' })
      .fault({ type: 'processStarted', target: 'S1', incarnation: 2 })
      .recovered('S1', z(1, 2))
      .replicates('S3', z(1, 3), THREE);
    expect(failures(script)).toEqual({});
  });

  test('a minority loses its disk', () => {
    const script = healthy()
      .fault({ type: 'diskWiped', target: 'S1' })
      .fault({ type: 'processStarted', target: 'S1', incarnation: 2 })
      .recovered('S1', z(0, 0))
      .server('S1', { type: 'snapshotLoaded', zxid: z(1, 2), digest: `${z(1, 2)}` })
      .replicates('S3', z(1, 3), THREE);
    expect(failures(script)).toEqual({});
  });
});

describe('replication', () => {
  test('two leaders in one epoch', () => {
    const script = healthy().leads('S2', 1);
    expect(failures(script)['leadership']).toMatch(/S2 leads epoch 1, which S3 has led since/);
  });

  test('a vote for a shorter history', () => {
    const vote = (leader: number, peerEpoch: number, zxid: number) =>
      ({ type: 'voteCast', leader, peerEpoch, zxid: zxid as Zxid, electionEpoch: 2 }) as const;
    const right = healthy()
      .server('S1', vote(1, 1, z(1, 2)))
      .server('S1', vote(3, 1, z(1, 2)))
      .server('S1', vote(2, 2, z(1, 1)));
    expect(failures(right)).toEqual({});
    const shorter = healthy()
      .server('S1', vote(1, 1, z(1, 2)))
      .server('S1', vote(3, 1, z(1, 1)));
    expect(failures(shorter)['voteOrder']).toMatch(/S1 votes for S3 \(epoch 1, 0x100000001\)/);
  });

  test('what nobody proposed', () => {
    const script = healthy()
      .logs(z(1, 3), ...THREE)
      .delivers(z(1, 3), 'S1');
    expect(failures(script)['integrity']).toMatch(/S1 committed 0x100000003/);
  });

  test('histories that differ', () => {
    const script = healthy()
      .proposes('S3', z(1, 3))
      .logs(z(1, 3), 'S3', 'S2')
      .delivers(z(1, 3), 'S3')
      .leads('S1', 2)
      .replicates('S1', z(2, 1), ['S1', 'S2']);
    const found = failures(script);
    expect(found['prefixConsistency']).toMatch(/histories differ: S3 committed 0x100000003/);
    expect(found['primaryIntegrity']).toMatch(/leader S1 lacks 0x100000003, which S3 committed/);
    expect(found['totalOrder']).toBeUndefined();
  });

  test('a commit after a newer leader began without it', () => {
    const script = healthy()
      .proposes('S3', z(1, 3))
      .leads('S1', 2)
      .logs(z(1, 3), 'S3', 'S2')
      .delivers(z(1, 3), 'S3');
    expect(failures(script)['primaryIntegrity']).toMatch(/S1, leader since .* lacks 0x100000003/);
  });

  test('a committed txn that is given up', () => {
    const script = healthy().server('S1', { type: 'truncated', zxid: z(1, 1) });
    expect(failures(script)['prefixConsistency']).toMatch(/S1 goes to 0x100000001 and gives up/);
  });

  test('different trees at one zxid', () => {
    const script = healthy()
      .proposes('S3', z(1, 3))
      .applies('S3', z(1, 3))
      .applies('S1', z(1, 3), '7');
    expect(failures(script)['agreement']).toMatch(/S1 has tree 7 at 0x100000003, S3 had tree/);
  });

  test('a zxid that is used twice', () => {
    const script = healthy().proposes('S3', z(1, 2));
    expect(Object.keys(failures(script))).toEqual(['agreement', 'localPrimaryOrder']);
  });

  test('a gap', () => {
    const script = healthy().proposes('S3', z(1, 3)).proposes('S3', z(1, 4)).applies('S1', z(1, 4));
    expect(failures(script)['totalOrder']).toMatch(/applies 0x100000004 on 0x100000002/);
  });

  test('commits in the wrong order', () => {
    const script = healthy()
      .proposes('S3', z(1, 3))
      .proposes('S3', z(1, 4))
      .logs(z(1, 4), ...THREE)
      .server('S3', { type: 'committed', zxid: z(1, 4) })
      .server('S3', { type: 'committed', zxid: z(1, 3) });
    expect(failures(script)['totalOrder']).toMatch(/S3 commits 0x100000003 after 0x100000004/);
  });

  test('proposals with a gap, and by who does not lead', () => {
    expect(failures(healthy().proposes('S3', z(1, 4)))['localPrimaryOrder']).toMatch(/proposal 2/);
    expect(failures(healthy().proposes('S1', z(1, 3)))['localPrimaryOrder']).toMatch(/S3 leads/);
  });

  test('an older leader’s txn after a newer one’s', () => {
    const script = healthy().leads('S2', 2).replicates('S2', z(2, 1), THREE).applies('S1', z(1, 3));
    expect(failures(script)['globalPrimaryOrder']).toMatch(/0x100000003 after 0x200000001/);
  });

  test('a commit without a quorum', () => {
    const script = healthy().proposes('S3', z(1, 3)).logs(z(1, 3), 'S3').delivers(z(1, 3), 'S3');
    expect(failures(script)['quorumCommit']).toMatch(/though it is on 1 disks of 3/);
  });

  test('a commit without a quorum of the members in force', () => {
    const config = (version: string, ...sids: readonly number[]) =>
      [...sids.map((sid) => `server.${sid}=h${sid}:1:2:participant;3`), `version=${version}`].join(
        '\n',
      );
    const reconfigured = () =>
      healthy().server('S3', { type: 'configActivated', config: config('100000003', 2, 3) });
    const script = reconfigured().proposes('S3', z(1, 4)).logs(z(1, 4), 'S1', 'S3');
    expect(failures(script.delivers(z(1, 4), 'S3'))['quorumCommit']).toMatch(/1 disks of 2/);
    const older = { type: 'configActivated', config: config('100000001', 1, 2, 3) } as const;
    const again = reconfigured()
      .server('S1', older)
      .proposes('S3', z(1, 4))
      .logs(z(1, 4), 'S2', 'S3');
    expect(failures(again.delivers(z(1, 4), 'S3'))['quorumCommit']).toBeUndefined();
  });

  test('a server that fails', () => {
    const script = healthy().server('S1', { type: 'assertionFailed', message: 'x' });
    expect(failures(script)).toEqual({ serversStand: 'At 0.031 s S1 ends itself: x.' });
  });
});

describe('what clients are told', () => {
  const connected = () => healthy().connects('C1', 'S1');

  test('a write that nobody committed', () => {
    const script = connected().proposes('S3', z(1, 3)).answered('C1', 'setData', '/a', z(1, 3));
    expect(failures(script)['acknowledgedWrites']).toMatch(/is not committed/);
  });

  test('a write that a later leader has not', () => {
    const script = connected()
      .replicates('S3', z(1, 3), ['S3', 'S2'])
      .answered('C1', 'setData', '/a', z(1, 3))
      .leads('S1', 2);
    expect(failures(script)['acknowledgedWrites']).toMatch(/leader S1 lacks .* C1 was told of/);
  });

  test('an older zxid after a newer one, but not in a new session', () => {
    const script = connected().answered('C1', 'exists', '/x', z(1, 2));
    expect(failures(script)).toEqual({});
    script.connects('C1', 'S2', '0x11').answered('C1', 'exists', '/x', z(1, 1));
    expect(failures(script)).toEqual({});
    script.answered('C1', 'exists', '/x', z(1, 2)).answered('C1', 'exists', '/x', z(1, 1));
    expect(failures(script)['clientOrder']).toMatch(/0x100000001 .* after 0x100000002/);
  });

  test('answers that fit the history, and such that do not', () => {
    const right = connected()
      .answered('C1', 'getData', '/a', z(1, 1), { error: -101 })
      .answered('C1', 'getData', '/a', z(1, 2), seen(z(1, 2), z(1, 2), 0))
      .replicates('S3', z(1, 3), THREE)
      .answered('C1', 'getData', '/a', z(1, 3), seen(z(1, 2), z(1, 3), 1));
    expect(failures(right)).toEqual({});
    const stale = right.answered('C1', 'getData', '/a', z(1, 3), seen(z(1, 2), z(1, 2), 0));
    expect(failures(stale)['reads']).toMatch(/\/a has mzxid 4294967298, not 4294967299/);
    const gone = connected().answered('C1', 'getData', '/a', z(1, 2), { error: -101 });
    expect(failures(gone)['reads']).toMatch(/there is no \/a, though there is since 0x100000002/);
  });

  test('a change that is seen before the watch fires', () => {
    const watching = () =>
      connected()
        .server('S1', { type: 'watchSet', sessionId: '0x10', path: '/a', kind: 'data' })
        .replicates('S3', z(1, 3), THREE);
    const answer = seen(z(1, 2), z(1, 3), 1);
    const early = watching().answered('C1', 'getData', '/a', z(1, 3), answer);
    expect(failures(early)['watchBeforeData']).toMatch(
      /C1 sees mzxid 0x100000003 .* has not fired/,
    );
    const event = { type: 'watchDelivered', path: '/a', event: 'NodeDataChanged' } as const;
    const told = watching()
      .client('C1', { ...event, zxid: z(1, 3) })
      .answered('C1', 'getData', '/a', z(1, 3), answer);
    expect(failures(told)).toEqual({});
    const moved = watching().connects('C1', 'S2').answered('C1', 'getData', '/a', z(1, 3), answer);
    expect(failures(moved)).toEqual({});
  });

  test('children that are seen before the watch fires', () => {
    const script = connected()
      .server('S1', { type: 'watchSet', sessionId: '0x10', path: '/a', kind: 'child' })
      .replicates('S3', z(1, 3), THREE, create('/a/b', false))
      .answered('C1', 'getChildren2', '/a', z(1, 3), { result: { cversion: 1, pzxid: z(1, 3) } });
    expect(Object.keys(failures(script))).toEqual(['watchBeforeData']);
  });

  test('an ephemeral that outlives its session', () => {
    const script = connected()
      .replicates('S3', z(1, 3), THREE, create('/e', true))
      .answered('C1', 'exists', '/e', z(1, 3), seen(z(1, 3), z(1, 3), 0))
      .replicates('S3', z(1, 4), THREE, closeSession);
    expect(failures(script)).toEqual({});
    script.answered('C2', 'exists', '/e', z(1, 4), seen(z(1, 3), z(1, 3), 0));
    expect(failures(script)['ephemerals']).toMatch(/C2 still sees \/e of session 0x10/);
  });

  test('an ephemeral for a session that has ended', () => {
    const script = connected()
      .replicates('S3', z(1, 3), THREE, closeSession)
      .replicates('S3', z(1, 4), THREE, create('/e', true));
    expect(failures(script)['ephemerals']).toMatch(/0x100000004 makes an ephemeral for 0x10/);
  });

  test('a session that is ended early, unless somebody asked for it', () => {
    const touched = { type: 'sessionTouched', sessionId: '0x10', expiresAtMs: 4000 } as const;
    const expired = { type: 'sessionExpired', sessionId: '0x10' } as const;
    const early = connected().server('S3', touched).server('S3', expired);
    expect(failures(early)['ephemerals']).toMatch(/0x10, which could live until 4.000 s/);
    const action = JSON.stringify({ type: 'expireSession', sessionId: '0x10' });
    const asked = connected()
      .server('S3', touched)
      .fault({ type: 'actionTaken', index: 0, action })
      .server('S3', expired);
    expect(failures(asked)).toEqual({});
  });

  test('a sequence number that is given twice', () => {
    const given = (path: string) => ({ result: { path } });
    const script = connected()
      .answered('C1', 'create', '/a/n-', z(1, 2), given('/a/n-0000000001'))
      .answered('C1', 'create', '/a/n-', z(1, 2), given('/a/n-0000000002'));
    expect(failures(script)).toEqual({});
    script.answered('C1', 'create', '/a/m-', z(1, 2), given('/a/m-0000000002'));
    expect(failures(script)['sequenceNumbers']).toMatch(/though C1 got \/a\/n-0000000002/);
  });
});

describe('the groups of the screen', () => {
  test('show the first violation of any of theirs, and cover every check', () => {
    const script = healthy().leads('S2', 1);
    const groups = liveChecks();
    for (const event of script.events) for (const group of groups) group.observe(event);
    const broken = groups.filter(({ violation }) => violation !== null);
    expect(broken.map(({ title }) => title)).toEqual(['One leader per epoch']);
    expect(broken[0]?.violation).toBe(script.judgedBy(find('leadership')));
    expect(groups).toHaveLength(6);
  });
});
