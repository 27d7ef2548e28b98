/** Console lines that start each recipe with the clients that are there. */

import type { RecipeKind } from '../../lab/recipes/RecipeKind.ts';

export interface Start {
  readonly kind: RecipeKind;
  /** Left out: that of its kind. */
  readonly title?: string;
  readonly lines: readonly string[];
}

/** More would hide what there is to see. */
const TAKE_PART_MAX = 4;
const WORK_MS = 1500;
const TERM_MS = 2000;

export interface StartGroup {
  readonly title: string;
  readonly starts: readonly Start[];
}

/** What belongs together, in the order of the page. */
const GROUPS: readonly { readonly title: string; readonly kinds: readonly RecipeKind[] }[] = [
  { title: 'Locks', kinds: ['lock', 'herdLock', 'rwlock', 'semaphore'] },
  { title: 'Elections and groups', kinds: ['election', 'selection', 'members', 'services'] },
  { title: 'Barriers', kinds: ['barrier', 'doubleBarrier'] },
  { title: 'Queues', kinds: ['queue', 'priorityQueue', 'delayQueue', 'simpleQueue'] },
  { title: 'Shared values', kinds: ['config', 'counter', 'sharedCount', 'cache', 'kept'] },
  { title: 'Transactions', kinds: ['twoPhase'] },
];

/** `ids`: at least one client. */
export function startGroups(ids: readonly string[]): readonly StartGroup[] {
  const starts = startsWith(ids);
  return GROUPS.map(({ title, kinds }) => ({
    title,
    starts: starts.filter(({ kind }) => kinds.includes(kind)),
  }));
}

/** `ids`: at least one client. */
function startsWith(ids: readonly string[]): readonly Start[] {
  const all = ids.slice(0, TAKE_PART_MAX);
  const [first = ''] = all;
  const others = all.length > 1 ? all.slice(1) : all;
  const each = (line: (id: string) => string): readonly string[] => all.map(line);
  const readAndWrite = all.map(
    (id, index) => `rwlock ${index === 2 ? 'write' : 'read'} ${id} /rw/a`,
  );
  const leases = Math.max(1, Math.min(2, all.length - 1));
  return [
    { kind: 'lock', lines: each((id) => `lock ${id} /locks/a`) },
    {
      kind: 'lock',
      title: 'Revocable lock',
      lines: each((id) => `lock ${id} /locks/revocable --revocable`),
    },
    { kind: 'lock', title: 'Multi-lock', lines: each((id) => `multilock ${id} /multi/a /multi/b`) },
    { kind: 'herdLock', lines: each((id) => `lock ${id} /herd/a --herd`) },
    { kind: 'election', lines: each((id) => `elect ${id} /election/a`) },
    { kind: 'selection', lines: each((id) => `select ${id} /turns/a --term ${TERM_MS}`) },
    { kind: 'rwlock', lines: readAndWrite },
    { kind: 'semaphore', lines: each((id) => `semaphore ${id} /semaphores/a ${leases}`) },
    {
      kind: 'barrier',
      lines: [
        `barrier set ${first} /barriers/a`,
        ...others.map((id) => `barrier wait ${id} /barriers/a`),
      ],
    },
    { kind: 'doubleBarrier', lines: each((id) => `doublebarrier ${id} /double/a ${all.length}`) },
    {
      kind: 'queue',
      lines: [
        ...['one', 'two', 'three'].map((item) => `queue put ${first} /queues/a ${item}`),
        ...others.map((id) => `queue consume ${id} /queues/a --work ${WORK_MS}`),
      ],
    },
    {
      kind: 'priorityQueue',
      lines: ['low --priority 9', 'high --priority 1', 'middle --priority 5'].map(
        (item) => `queue put ${first} /queues/urgent ${item}`,
      ),
    },
    {
      kind: 'delayQueue',
      lines: [
        `queue put ${first} /queues/later slow --delay 20000`,
        `queue put ${first} /queues/later soon --delay 5000`,
        ...others.map((id) => `queue consume ${id} /queues/later --work ${WORK_MS}`),
      ],
    },
    {
      kind: 'simpleQueue',
      lines: ['one', 'two', 'three'].map((item) => `queue offer ${first} /queues/simple ${item}`),
    },
    { kind: 'members', lines: each((id) => `join ${id} /groups/a`) },
    {
      kind: 'services',
      lines: [
        ...each((id) => `register ${id} /services web`),
        ...each((id) => `discover ${id} /services web`),
      ],
    },
    { kind: 'kept', lines: all.slice(0, 2).map((id) => `keep ${id} /kept/a hello`) },
    {
      kind: 'config',
      lines: [...each((id) => `config watch ${id} /config/a`), `config set ${first} /config/a v1`],
    },
    { kind: 'counter', lines: each((id) => `counter add ${id} /counters/a 1`) },
    { kind: 'sharedCount', lines: each((id) => `count watch ${id} /counts/a`) },
    {
      kind: 'cache',
      lines: [
        ...each((id) => `cache ${id} /cached`),
        'create /cached top',
        'create /cached/a one',
        'create /cached/b two',
      ],
    },
    { kind: 'twoPhase', lines: [`2pc begin ${first} /tx/a ${others.join(',')}`] },
  ];
}
