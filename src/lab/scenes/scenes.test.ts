import { expect, test } from 'vitest';
import { Transcript } from '../console/Transcript.ts';
import { newTestLab } from '../testing/testLab.ts';
import { SCENES } from './catalogue/catalogue.ts';
import { firstMinute } from './catalogue/firstMinute.ts';
import type { Scene } from './Scene.ts';
import { ScenePlayer } from './ScenePlayer.ts';

/** Virtual time that a scene may take, clicks included. */
const PATIENCE_US = 180_000_000;
const SLICE_US = 20_000;

/** Plays a scene, clicking where the hint is; returns the player and the captions shown. */
async function play(scene: Scene) {
  const { lab } = newTestLab();
  const player = new ScenePlayer(lab, new Transcript(lab));
  const captions: string[] = [];
  player.store.subscribe(({ caption }) => {
    if (caption !== captions.at(-1)) captions.push(caption);
  });
  await player.play(scene);
  expect(scene.promise.holds(player.facts())).toBe(false);
  let clickedStep = -1;
  while (player.store.getState().stepIndex < scene.steps.length) {
    const { nowUs } = lab.ensemble.getState();
    const { stepIndex, hinted, caption } = player.store.getState();
    if (nowUs > PATIENCE_US) throw new Error(`step ${stepIndex + 1} never ends: ${caption}`);
    await lab.advanceTo(nowUs + SLICE_US);
    await new Promise((resolve) => setImmediate(resolve));
    const line = hinted === null ? null : player.lineForClick(hinted);
    if (line === null) continue;
    if (stepIndex === clickedStep && !line.startsWith('kill')) continue;
    clickedStep = stepIndex;
    await run(lab, player, line);
  }
  return { player, captions };
}

async function run(lab: Parameters<typeof advance>[0], player: ScenePlayer, line: string) {
  const { execute } = await import('../console/execute.ts');
  const result = await execute(lab, line);
  expect(result).toMatchObject({ ok: true });
  await advance(lab);
  expect(player.store.getState().scene).not.toBeNull();
}

async function advance(lab: ReturnType<typeof newTestLab>['lab']) {
  await lab.advanceTo(lab.ensemble.getState().nowUs + SLICE_US);
}

test.each(SCENES.map((scene) => [scene.id, scene] as const))(
  'scene %s keeps its promise',
  async (_id, scene) => {
    const { player, captions } = await play(scene);
    expect(scene.promise.holds(player.facts()), scene.promise.text).toBe(true);
    expect(captions.length).toBeGreaterThanOrEqual(scene.steps.length - 1);
  },
);

test('scenes have their own names', () => {
  expect(new Set(SCENES.map(({ id }) => id)).size).toBe(SCENES.length);
  expect(new Set(SCENES.map(({ title }) => title)).size).toBe(SCENES.length);
});

test('a stopped scene leaves the lab to itself', async () => {
  const { lab } = newTestLab();
  const player = new ScenePlayer(lab, new Transcript(lab));
  const [scene] = SCENES;
  if (scene === undefined) throw new Error('no scenes');
  await player.play(scene);
  player.stop();
  await lab.advanceTo(3_000_000);
  expect(player.store.getState()).toMatchObject({ scene: null, caption: '' });
  expect(player.lineForClick('S1')).toBeNull();
});

test('a scene does not follow to another moment', async () => {
  const { lab, text } = newTestLab();
  const transcript = new Transcript(lab);
  const player = new ScenePlayer(lab, transcript);
  player.follow(firstMinute);
  await text('run 2s');
  expect(player.store.getState().scene).toBe(firstMinute);
  await text('back 1s');
  expect(player.store.getState().scene).toBeNull();
  expect(transcript.store.getState().at(-1)?.result?.text).toContain('The guide stops');
});
