import { beforeAll, describe, expect, test } from 'vitest';
import { choosePace } from '../playback.ts';
import { startTestLab, type TestLab } from '../testing/testLab.ts';
import { Draft } from './Draft.ts';

describe('what the recorder folds from a real run', () => {
  let lab: TestLab;
  const state = () => lab.lab.ensemble.getState();
  beforeAll(async () => {
    lab = await startTestLab({ participants: 3, observers: 1 });
    await lab.text('create /a x');
    await lab.text('run 1s');
  });

  test('servers: roles, epochs, logs', () => {
    const { servers, leader } = state();
    expect(leader).toBe('S3');
    expect(Object.values(servers).map((server) => server.state)).toEqual([
      'FOLLOWING',
      'FOLLOWING',
      'LEADING',
      'OBSERVING',
    ]);
    for (const { currentEpoch, phase, leader: follows } of Object.values(servers)) {
      expect({ currentEpoch, phase, follows }).toEqual({
        currentEpoch: 1,
        phase: 'BROADCAST',
        follows: 3,
      });
    }
    const [last] = [...state().txns.keys()].slice(-1);
    expect(servers['S1']?.log.at(-1)).toBe(last);
    expect(state().committedZxid).toBe(last);
  });

  test('every server has applied the same tree, which is the page’s own', () => {
    const { servers, committedZxid } = state();
    const tree = lab.lab.recorder.history.treeAt(committedZxid);
    expect(tree.getNode('/a')?.dataLength).toBe(1);
    for (const { lastApplied, digest } of Object.values(servers)) {
      expect(lastApplied).toBe(committedZxid);
      expect(digest).toBe(tree.digest().toString());
    }
  });

  test('txns: who proposed, who has it, what it does', () => {
    expect([...state().txns.values()].at(-1)).toMatchObject({
      op: 'create',
      path: '/a',
      proposedBy: 3,
      committed: true,
    });
  });

  test('clients and sessions know each other', () => {
    const client = state().clients['C1'];
    expect(client).toMatchObject({ state: 'connected', pending: [] });
    expect(state().sessions[client?.sessionId ?? '']).toMatchObject({
      client: 'C1',
      server: client?.server,
      state: 'live',
    });
  });

  test('narration tells the story in order', () => {
    const sentences = state().narration.map(({ text }) => text);
    const wanted = [
      /^S\d votes for itself/,
      /^S3 leads epoch 1, backed by .*S3\.$/,
      /^C1 is connected to S\d\.$/,
      /^C1 asks: create \/a$/,
      /^S3 proposes create \/a as 1-\d+\.$/,
      /^1-\d+ is committed: .* have it on disk\.$/,
    ];
    let at = -1;
    for (const pattern of wanted) {
      const found = sentences.findIndex((text, index) => index > at && pattern.test(text));
      expect(found, `${pattern} after ${at}`).toBeGreaterThan(at);
      at = found;
    }
  });

  test('messages leave the table when they have arrived', async () => {
    await lab.text('run 3s');
    const { nowUs } = state();
    for (const message of lab.lab.recorder.messages.values()) {
      expect(message.arriveUs).toBeGreaterThanOrEqual(nowUs);
    }
  });

  test('what did not change keeps its identity', async () => {
    const before = state();
    await lab.text('slow 1>2 100');
    expect(state().links).not.toBe(before.links);
    expect(state().servers).toBe(before.servers);
    expect(state().clients).toBe(before.clients);
    await lab.text('heal');
    expect(state().links).toEqual({});
  });
});

test('a closed session is over, so that nobody waits for it to expire', async () => {
  const { lab, text } = await startTestLab();
  const { sessionId = '' } = lab.ensemble.getState().clients['C1'] ?? {};
  await text('close');
  await text('run 1s');
  expect(lab.ensemble.getState().sessions[sessionId]?.state).toBe('closed');
  await text('client kill C1');
  await text('run 1s');
  expect(choosePace(lab.ensemble.getState(), [], 0).reason).toBe('calm');
});

test('a session of a killed client expires', async () => {
  const { lab, text } = await startTestLab();
  const { sessionId = '' } = lab.ensemble.getState().clients['C1'] ?? {};
  await text('create -e /mine');
  await text('client kill C1');
  expect(choosePace(lab.ensemble.getState(), [], 0).reason).toBe('waiting');
  await text('run 12s');
  expect(lab.ensemble.getState().sessions[sessionId]?.state).toBe('expired');
  expect(choosePace(lab.ensemble.getState(), [], 0).reason).toBe('calm');
  const tree = lab.recorder.history.treeAt(lab.ensemble.getState().committedZxid);
  expect(tree.getNode('/mine')).toBeUndefined();
});

test('a draft copies an entry once and leaves the state before alone', async () => {
  const { lab } = await startTestLab({}, 0);
  const before = lab.ensemble.getState();
  const draft = new Draft(before);
  const server = draft.server('S1');
  expect(server).not.toBe(before.servers['S1']);
  if (server !== null) server.process = 'off';
  expect(draft.server('S1')).toBe(server);
  expect(before.servers['S1']?.process).toBe('up');
  expect(draft.servers.all['S2']).toBe(before.servers['S2']);
  expect(draft.server('S9')).toBeNull();
  draft.client('C1').lastResult = 'ok';
  draft.clients.remove('C1');
  expect(draft.clients.all).toEqual({});
});
