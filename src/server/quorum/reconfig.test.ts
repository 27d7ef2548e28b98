/** Who the members are, and how that changes. Source: ReconfigTest, Zab1_0Test. */

import { describe, expect, it } from 'vitest';
import { utf8Decode } from '../../base/utf8.ts';
import { CONFIG_NODE } from '../tree/systemPaths.ts';
import { TestEnsemble } from './testing/TestEnsemble.ts';
import type { TestServer } from './testing/TestServer.ts';

function configNode({ database }: TestServer) {
  const node = database.tree.getNode(CONFIG_NODE);
  return { text: utf8Decode(node?.data ?? new Uint8Array(0)), stat: node?.stat() };
}

describe('/zookeeper/config', () => {
  it('holds the members of an ensemble that is not reconfigured', () => {
    const ensemble = new TestEnsemble({ seed: 1, participants: 2, observers: 1 });
    ensemble.startAll();
    ensemble.runUntil(() => ensemble.hasConverged());
    for (const server of ensemble.up) {
      const { text, stat } = configNode(server);
      expect(text.split('\n')).toEqual([
        'server.1=10.0.0.1:2888:3888:participant;0.0.0.0:2181',
        'server.2=10.0.0.2:2888:3888:participant;0.0.0.0:2181',
        'server.3=10.0.0.3:2888:3888:observer;0.0.0.0:2181',
        'version=0',
      ]);
      expect(stat).toMatchObject({ version: -1, aversion: -1, czxid: 0, mzxid: 0 });
    }
  });

  it('is empty on a single server', () => {
    const ensemble = new TestEnsemble({ seed: 1, participants: 1 });
    ensemble.startAll();
    ensemble.runUntil(() => ensemble.hasConverged());
    expect(configNode(ensemble.server(1))).toMatchObject({ text: '', stat: { version: 0 } });
  });
});
