/** What of the configuration is on the disk, and what is found there again. */

import { describe, expect, it } from 'vitest';
import { utf8Decode, utf8Encode } from '../../base/utf8.ts';
import { asZxid, makeZxid, ZERO_ZXID } from '../../protocol/zxid.ts';
import { DEFAULT_CONFIG, type PeerSpec } from '../config.ts';
import type { DiskFiles } from '../disk.ts';
import { applyDiskOps } from './applyDiskOps.ts';
import { ConfigStore, readConfigs } from './ConfigStore.ts';

const PEERS: readonly PeerSpec[] = [
  { sid: 1, role: 'participant', address: 'a:1:2;a:3' },
  { sid: 2, role: 'participant', address: 'b:1:2;b:3' },
];
const SERVER = { ...DEFAULT_CONFIG, sid: 1, peers: PEERS };

function at(version: number) {
  return { peers: PEERS, version: asZxid(version) };
}

class Disk {
  files: DiskFiles = new Map();

  open(isEnabled = true): ConfigStore {
    const stored = readConfigs(SERVER, this.files);
    if (!stored.ok) throw new Error(stored.error.reason);
    return new ConfigStore(stored.value, isEnabled, (ops) => {
      this.files = applyDiskOps(this.files, ops);
    });
  }

  get names(): string[] {
    return [...this.files.keys()].sort();
  }
}

function versions({ committed, lastSeen }: ConfigStore) {
  return [committed.version, lastSeen.version];
}

describe('ConfigStore', () => {
  it('begins with what the server was told', () => {
    const store = new Disk().open();
    expect(store.committed).toEqual({ peers: PEERS, version: ZERO_ZXID });
    expect(store.lastSeen).toBe(store.committed);
  });

  it('keeps a pending configuration apart until it is in force', () => {
    const disk = new Disk();
    const store = disk.open();
    store.setLastSeen(at(7));
    expect([versions(disk.open()), disk.names]).toEqual([[0, 7], ['zoo.cfg.dynamic.next']]);
    expect(store.commit(at(7))).toBe(true);
    expect([versions(disk.open()), disk.names]).toEqual([[7, 7], ['zoo.cfg.dynamic']]);
    expect(utf8Decode(disk.files.get('zoo.cfg.dynamic') ?? new Uint8Array(0))).toBe(
      'server.1=a:1:2:participant;a:3\nserver.2=b:1:2:participant;b:3\nversion=7',
    );
    expect(store.commit(at(7))).toBe(false);
  });

  it('forgets a pending one when told of the one in force', () => {
    const disk = new Disk();
    const store = disk.open();
    store.commit(at(3));
    store.setLastSeen(at(9));
    store.setLastSeen(at(3));
    expect([versions(store), versions(disk.open()), disk.names]).toEqual([
      [3, 3],
      [3, 3],
      ['zoo.cfg.dynamic'],
    ]);
  });

  it('takes a later configuration from the history, and never an earlier one', () => {
    const store = new Disk().open();
    store.noteLogged(utf8Encode('server.1=a:1:2;3,server.2=b:1:2;3,version=5'));
    store.noteLogged(utf8Encode('server.1=a:1:2;3,server.2=b:1:2;3,version=4'));
    store.noteLogged(null);
    expect(versions(store)).toEqual([0, 5]);
  });

  it('changes nothing where reconfiguration is off', () => {
    const disk = new Disk();
    const store = disk.open(false);
    store.setLastSeen(at(makeZxid(1, 0)));
    expect([store.commit(at(makeZxid(1, 0))), versions(store), disk.names]).toEqual([
      false,
      [0, 0],
      [],
    ]);
  });

  it.each(['nonsense', '', 'version=1'])('refuses a file that holds "%s"', (text) => {
    const files = new Map([['zoo.cfg.dynamic', utf8Encode(text)]]);
    expect(readConfigs(SERVER, files)).toMatchObject({
      ok: false,
      error: { file: 'zoo.cfg.dynamic' },
    });
  });
});
