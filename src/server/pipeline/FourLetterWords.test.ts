/** Four-letter words. Source: FourLetterWordsTest, FourLetterWordsWhiteListTest. */

import { describe, expect, it } from 'vitest';
import { formatSessionId } from '../../protocol/sessionId.ts';
import { FOUR_LETTER_WORDS } from './FourLetterWords.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';

const NOT_SERVING = 'This ZooKeeper instance is not currently serving requests\n';

function busy() {
  const ensemble = new TestEnsemble(2);
  const { leader } = ensemble;
  const c = leader.connect();
  c.create('/a');
  c.create('/a/e', '', 1);
  c.get('/a', true);
  c.ok({ type: 'addWatch', path: '/b', mode: 1 });
  return { ensemble, leader, c, sid: formatSessionId(c.sessionId) };
}

describe('each word', () => {
  it('srvr', () => {
    const { leader } = busy();
    expect(leader.word('srvr')).toBe(
      [
        'Zookeeper version: 3.9.5-ensemble',
        'Latency min/avg/max: 0/0.0/0',
        'Received: 6',
        'Sent: 5',
        'Connections: 2',
        'Outstanding: 0',
        'Zxid: 0x100000003',
        'Mode: leader',
        'Node count: 7',
        'Proposal sizes last/min/max: 48/36/60',
        '',
      ].join('\n'),
    );
  });

  it('a follower says so, and nothing of proposals', () => {
    const words = busy().ensemble.server(2).word('srvr');
    expect(words).toContain('Mode: follower\n');
    expect(words).not.toContain('Proposal');
  });

  it('stat and cons list connections', () => {
    const { leader, sid } = busy();
    expect(leader.word('stat')).toContain(
      'Clients:\n /127.0.0.1:40001[1](queued=0,recved=5,sent=5)\n',
    );
    const cons = leader.word('cons');
    expect(cons).toMatch(/^ \/127\.0\.0\.1:40001\[1\]\(queued=0,recved=5,sent=5,sid=0x1/);
    expect(cons).toContain(`sid=${sid},lop=ADDW,`);
    expect(cons).toContain('to=10000,lcxid=0x4,lzxid=0x100000003,');
  });

  it('wchs, wchc and wchp', () => {
    const { leader, sid } = busy();
    expect(leader.word('wchs')).toBe('1 connections watching 2 paths\nTotal watches:2\n');
    expect(leader.word('wchc')).toBe(`${sid}\n\t/a\n\t/b\n\n`);
    expect(leader.word('wchp')).toBe(`/a\n\t${sid}\n/b\n\t${sid}\n\n`);
  });

  it('dump', () => {
    const { ensemble, leader, sid } = busy();
    expect(leader.word('dump')).toBe(
      [
        'SessionTracker dump:',
        'Session Sets (1)/(1):',
        '1 expire at Thu Jan 01 00:00:11 UTC 2026:',
        `\t${sid}`,
        'ephemeral nodes dump:',
        'Sessions with Ephemerals (1):',
        `${sid}:`,
        '\t/a/e',
        'Connections dump:',
        'Connections Sets (1)/(2):',
        '2 expire at Thu Jan 01 00:00:20 UTC 2026:',
        `\tip: /127.0.0.1:40001 sessionId: ${sid}`,
        '\tip: /127.0.0.1:40002 sessionId: 0x0',
        '',
      ].join('\n'),
    );
    expect(ensemble.server(2).word('dump')).toContain(`Global Sessions(1):\n${sid}\t10000ms\n`);
  });

  it('mntr', () => {
    const { ensemble, leader } = busy();
    const lines = leader.word('mntr').split('\n');
    for (const line of [
      'zk_server_state\tleader',
      'zk_peer_state\tleading - broadcast',
      'zk_znode_count\t7',
      'zk_ephemerals_count\t1',
      'zk_watch_count\t2',
      'zk_global_sessions\t1',
      'zk_synced_followers\t1',
    ]) {
      expect(lines).toContain(line);
    }
    expect(ensemble.server(2).word('mntr')).not.toContain('zk_synced_followers');
  });

  it('conf', () => {
    const address = 'zoo1:2888:3888;zoo1:2181';
    const { leader } = new TestEnsemble(1, { peers: [{ sid: 1, role: 'participant', address }] });
    expect(leader.word('conf')).toBe(
      [
        'clientPort=2181',
        'secureClientPort=-1',
        'dataDir=version-2',
        'dataDirSize=3',
        'dataLogDir=version-2',
        'dataLogSize=3',
        'tickTime=1000',
        'maxClientCnxns=60',
        'minSessionTimeout=4000',
        'maxSessionTimeout=40000',
        'clientPortListenBacklog=-1',
        'serverId=1',
        'initLimit=10',
        'syncLimit=5',
        'electionAlg=3',
        'electionPort=3888',
        'quorumPort=2888',
        'peerType=0',
        'membership: ',
        'server.1=zoo1:2888:3888:participant;zoo1:2181',
        'version=0',
      ].join('\n'),
    );
  });

  it('stmk keeps the mask that follows it, and gtmk tells it', () => {
    const { leader } = busy();
    expect([leader.word('gtmk'), leader.word('stmk258'), leader.word('gtmk')]).toEqual([
      '306',
      '258',
      '258',
    ]);
  });

  it('ruok, isro, gtmk, dirs, envi', () => {
    const { leader } = busy();
    expect(leader.word('gtmk')).toBe('306');
    expect(leader.word('ruok')).toBe('imok');
    expect(leader.word('isro')).toBe('rw');
    expect(leader.word('dirs')).toBe('datadir_size: 3\nlogdir_size: 3\n');
    expect(leader.word('envi')).toMatch(/^Environment:\nzookeeper.version=.*\nhost.name=here\n$/);
  });

  it('srst and crst count anew', () => {
    const { leader } = busy();
    expect(leader.word('srst')).toBe('Server stats reset.\n');
    expect(leader.word('crst')).toBe('Connection stats reset.\n');
    expect(leader.word('srvr')).toContain('Received: 2\n');
    expect(leader.word('stat')).toContain('(queued=0,recved=0,sent=0)');
  });

  it('hash lists the digest of every 128th zxid', () => {
    const { leader } = busy();
    const c = leader.connect({ timeOut: 40_000 });
    while (leader.database.lastProcessedZxid < 0x1_0000_0080) c.set('/a', 'x');
    const digest = leader.database.tree.digest();
    c.set('/a', 'y');
    expect(leader.word('hash')).toBe(`100000080: ${digest}\n`);
  });
});

it('txns carry no digest where digests are off', () => {
  const { leader, proposals } = Object.assign(new TestEnsemble(1, { digestEnabled: false }), {
    isHeld: true,
  });
  leader.open().handshake();
  expect(proposals.map(({ txn }) => txn.digest)).toEqual([null]);
});

describe('refusals', () => {
  it('of what is not on the whitelist', () => {
    const { leader } = new TestEnsemble(1, { fourLetterWords: ['srvr'] });
    expect(leader.word('srvr')).toContain('Zookeeper version');
    expect(leader.word('ruok')).toBe('ruok is not executed because it is not in the whitelist.\n');
  });

  it('of what nobody knows: just closed', () => {
    const { leader } = new TestEnsemble();
    expect(leader.word('blah')).toBe('');
    expect(leader.pipeline.cnxns.size).toBe(0);
  });

  it('while not serving, but for a few', () => {
    const { leader } = new TestEnsemble();
    leader.pipeline.stopServing();
    const answers = [...FOUR_LETTER_WORDS].filter((word) => leader.word(word) !== NOT_SERVING);
    expect(answers).toEqual(['ruok', 'isro', 'envi', 'gtmk', 'stmk']);
    expect(leader.word('isro')).toBe('null');
  });
});
