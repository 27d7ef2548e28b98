// The house rules as data. `findings.ts` checks them and `tidy.test.ts` runs the check on the
// whole repository. Change a rule here, in a commit that says why.

interface Room {
  /** The rooms that this one may import from. */
  readonly imports: readonly string[];
  /** The rooms from which it may import types, and nothing that runs. */
  readonly types?: readonly string[];
  /** The packages that it may import; a trailing `*` stands for any ending. */
  readonly packages?: readonly string[];
  /** Pure: the same input gives the same output, on every machine, to the last bit. */
  readonly isPure?: true;
}

const BELOW_CLIENT = ['protocol', 'base'];
const BELOW_CONDUCTOR = ['trace', 'checks', 'server', 'client', 'network', 'protocol', 'base'];
const BELOW_LAB = ['conductor', 'kafka', 'recipes', ...BELOW_CONDUCTOR];
const REACT = ['react', 'react-dom', 'zustand', 'd3-*'];

/** The folders of src/ and the arrows between them. Tests may import from anywhere. */
export const ROOMS: Readonly<Record<string, Room>> = {
  base: { imports: [], isPure: true },
  protocol: { imports: ['base'], isPure: true, packages: ['@noble/hashes'] },
  server: { imports: ['protocol', 'base'], isPure: true, packages: ['@noble/hashes'] },
  client: { imports: BELOW_CLIENT, types: ['network', 'server'], isPure: true },
  recipes: { imports: ['client', ...BELOW_CLIENT], isPure: true },
  kafka: { imports: ['recipes', 'client', ...BELOW_CLIENT], isPure: true },
  network: { imports: ['protocol', 'base'], isPure: true },
  trace: { imports: BELOW_CLIENT, types: ['server', 'client', 'network'], isPure: true },
  checks: {
    imports: ['trace', 'server', 'client', 'protocol', 'base'],
    types: ['network'],
    isPure: true,
  },
  conductor: { imports: BELOW_CONDUCTOR, isPure: true },
  swarm: { imports: ['conductor', 'recipes', ...BELOW_CONDUCTOR], isPure: true },
  'hosts/worker': { imports: ['hosts', ...BELOW_LAB] },
  'hosts/tcp': { imports: ['hosts', ...BELOW_LAB], packages: ['node:*'] },
  // What both hosts share: files directly in src/hosts. Below them, though listed after them,
  // since a path belongs to the first room that fits.
  hosts: { imports: BELOW_LAB },
  lab: { imports: BELOW_LAB, packages: ['zustand'] },
  views: { imports: ['lab', ...BELOW_LAB], packages: REACT },
  app: { imports: ['views', 'lab', 'hosts/worker', 'hosts', ...BELOW_LAB], packages: REACT },
  tidy: { imports: [], packages: ['node:*', 'vite'] },
};

export const LIMITS = { fileLines: 400, lineColumns: 100 } as const;

/**
 * Names that a pure room must not utter. Most are type errors there as well; these include the ones
 * that the language itself brings, which no `lib` setting takes away.
 */
export const IMPURE_NAMES: ReadonlySet<string> = new Set([
  'Atomics',
  'Date',
  'FinalizationRegistry',
  'Intl',
  'SharedArrayBuffer',
  'WeakRef',
  'console',
  'globalThis',
  'performance',
  'queueMicrotask',
  'setInterval',
  'setTimeout',
]);

/** Methods whose result depends on the machine's language settings. */
export const IMPURE_METHODS: ReadonlySet<string> = new Set([
  'localeCompare',
  'toLocaleLowerCase',
  'toLocaleString',
  'toLocaleUpperCase',
]);

/** What pure rooms may use of Math: exact in every engine. `Math.log` and its like are not. */
export const EXACT_MATH: ReadonlySet<string> = new Set([
  'abs',
  'ceil',
  'clz32',
  'floor',
  'imul',
  'max',
  'min',
  'round',
  'sign',
  'trunc',
]);

/** Rooms that may draw a seed; everywhere else, tests included, `Math.random` is an error. */
export const SEED_ROOMS: readonly string[] = ['app', 'hosts/tcp'];

/** What we would rather not have, and how many there are. A number here may only fall. */
export const RATCHET = {
  any: 0,
  castThroughUnknown: 0,
  nonNullAssertion: 0,
  tsSuppression: 0,
  biomeSuppression: 0,
  skippedTest: 0,
  laterNote: 0,
} as const;

export type RatchetName = keyof typeof RATCHET;
