/**
 * What the person chose, apart from what the ensemble did: selection, theme, what is shown.
 * `KEPT` of it outlives the page; where it is kept is handed in.
 */

import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ParticipantId } from '../network/address.ts';
import type { Aim } from './aim.ts';

export type Selection =
  | { readonly type: 'server'; readonly id: ParticipantId }
  | { readonly type: 'client'; readonly id: ParticipantId }
  | { readonly type: 'link'; readonly from: ParticipantId; readonly to: ParticipantId }
  | { readonly type: 'message'; readonly key: string }
  | { readonly type: 'znode'; readonly path: string }
  | { readonly type: 'txn'; readonly zxid: number };

/** Whose tree is shown: what the newest leader committed, or what one server has applied. */
export type ViewAs = 'committed' | ParticipantId;

export interface Choices {
  readonly selection: Selection | null;
  /** Choosing servers for a fault; null while nobody does. */
  readonly aim: Aim | null;
  /** What stands in the console's prompt, not yet run. */
  readonly draft: string;
  readonly viewAs: ViewAs;
  /** Lock or election whose queue is shown; null shows the newest one. */
  readonly recipe: string | null;
  /** Tabs in the order in which they were last chosen, newest first; a group shows its newest. */
  readonly recentTabs: readonly string[];
  readonly theme: 'system' | 'light' | 'dark';
  readonly motion: 'system' | 'reduced' | 'full';
  readonly showPings: boolean;
  /** Single-letter keys (WCAG 2.1.4). */
  readonly letterKeys: boolean;
  /** The guided first minute has been finished or skipped. */
  readonly firstMinuteDone: boolean;
}

const KEPT = ['theme', 'motion', 'showPings', 'letterKeys', 'firstMinuteDone'] as const;

export type KeptChoices = Pick<Choices, (typeof KEPT)[number]>;

/** A place for a little text that outlives the page. Both may fail silently (private windows). */
export interface Keep {
  read(): string | null;
  write(text: string): void;
}

const INITIAL: Choices = {
  selection: null,
  aim: null,
  draft: '',
  viewAs: 'committed',
  recipe: null,
  recentTabs: [],
  theme: 'system',
  motion: 'system',
  showPings: false,
  letterKeys: true,
  firstMinuteDone: false,
};

export function createChoices(keep: Keep): StoreApi<Choices> {
  const store = createStore<Choices>(() => ({ ...INITIAL, ...parseKept(keep.read()) }));
  store.subscribe((choices, before) => {
    if (KEPT.every((key) => choices[key] === before[key])) return;
    keep.write(JSON.stringify(Object.fromEntries(KEPT.map((key) => [key, choices[key]]))));
  });
  return store;
}

/** What another version wrote is taken where it fits and ignored where it does not. */
export function parseKept(text: string | null): Partial<KeptChoices> {
  const value = parseObject(text);
  const kept: { -readonly [K in keyof KeptChoices]?: KeptChoices[K] } = {};
  const { theme, motion, showPings, letterKeys, firstMinuteDone } = value;
  if (theme === 'system' || theme === 'light' || theme === 'dark') kept.theme = theme;
  if (motion === 'system' || motion === 'reduced' || motion === 'full') kept.motion = motion;
  if (typeof showPings === 'boolean') kept.showPings = showPings;
  if (typeof letterKeys === 'boolean') kept.letterKeys = letterKeys;
  if (typeof firstMinuteDone === 'boolean') kept.firstMinuteDone = firstMinuteDone;
  return kept;
}

export function showTab(choices: StoreApi<Choices>, id: string): void {
  const others = choices.getState().recentTabs.filter((tab) => tab !== id);
  choices.setState({ recentTabs: [id, ...others] });
}

function parseObject(text: string | null): Record<string, unknown> {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
