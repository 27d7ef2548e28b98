import { beforeAll, describe, expect, test } from 'vitest';
import { Transcript } from './console/Transcript.ts';
import { createLabApi, type LabApi } from './LabApi.ts';
import { startTestLab, type TestLab } from './testing/testLab.ts';

let lab: TestLab;
let api: LabApi;
beforeAll(async () => {
  lab = await startTestLab();
  api = createLabApi(lab.lab, new Transcript(lab.lab));
  await lab.text('create /a hello');
  await lab.text('lock C1 /locks/a');
  await lab.text('run 1s');
});

describe('window.lab', () => {
  test('state is plain JSON and says who leads and who holds', () => {
    const state = api.state();
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    expect(state).toMatchObject({
      leader: 'S3',
      lockQueues: [{ path: '/locks/a', tickets: [{ client: 'C1', holds: true }] }],
      traceHash: lab.lab.traceHash,
    });
    expect(state['quorum']).toHaveLength(3);
  });

  test('tree: of all that is committed, or of one server', () => {
    const hello = { path: '/a', data: 'hello', version: 0, ephemeralOwner: '0x0' };
    expect(api.tree()).toContainEqual(hello);
    expect(api.tree(2)).toEqual(api.tree('S2'));
    expect(api.tree(2)).toContainEqual(hello);
    expect(() => api.tree('S9')).toThrow("expected a server such as 2 or 'S2', got S9");
  });

  test('trace: by type, by whom, newest first kept', () => {
    const led = api.trace({ type: 'leaderEstablished' });
    expect(led.map(({ who }) => who)).toEqual(['S3']);
    const applied = api.trace({ type: ['applied', 'committed'], who: 'S1', limit: 2 });
    expect(applied).toHaveLength(2);
    expect(applied[0]?.atUs).toBeLessThanOrEqual(applied[1]?.atUs ?? 0);
    const untilUs = led[0]?.atUs ?? 0;
    for (const { atUs } of api.trace({ untilUs })) expect(atUs).toBeLessThanOrEqual(untilUs);
  });

  test('exec runs a line as the console does, and never rejects', async () => {
    expect(await api.exec('version')).toMatchObject({ ok: true });
    expect(await api.exec('nonsense "')).toMatchObject({ ok: false });
  });

  test('subscribe tells each batch until it is ended', async () => {
    let count = 0;
    const end = api.subscribe((events) => {
      count += events.length;
    });
    await lab.text('run 3s');
    expect(count).toBeGreaterThan(0);
    end();
    const before = count;
    await lab.text('run 3s');
    expect(count).toBe(before);
  });
});
