/**
 * A run as text, for links. What comes from a link is taken only if every field is known and
 * within its limits; the conductor then judges each action as if somebody did it now.
 */

import { err, ok, type Result } from '../../base/result.ts';
import type { Action, LinkChange, StampedAction } from '../../conductor/actions.ts';
import { LINK_CHANGES_MAX } from '../../conductor/checkAction.ts';
import { configOf, SETTING_RANGES } from '../settings.ts';
import type { Run } from './Run.ts';

export interface SharedRun {
  readonly run: Run;
  /** Of the run up to its end. */
  readonly traceHash: string;
  /** The version of this page that recorded it. */
  readonly build: string;
}

const FORMAT = 1;
const ACTIONS_MAX = 10_000;
const END_MAX_US = 3_600_000_000;
const SERVERS_MAX = 16;
/** The last moment before a run. */
const BEFORE_US = -1;
const TEXT_MAX = 1_000_000;
const DEPTH_MAX = 16;

/** The error says why this run cannot be shared. */
export function writeRun({ run, traceHash, build }: SharedRun): Result<string, string> {
  const { config, base, actions, endUs } = run;
  const { participants: servers, observers, seed } = config;
  if (base !== null) return err('This run began from files, which a link cannot carry.');
  const plain = configOf({ servers, observers, seed, clients: 0 });
  if (JSON.stringify(plain) !== JSON.stringify(config)) {
    return err('This run has settings that a link cannot carry.');
  }
  if (actions.length > ACTIONS_MAX || endUs > END_MAX_US) {
    return err('This run is too long for a link, which holds an hour and 10,000 actions at most.');
  }
  let beforeUs = BEFORE_US;
  const steps = actions.map(({ atUs, action }) => {
    const step = [atUs - beforeUs, action];
    beforeUs = atUs;
    return step;
  });
  const text = { format: FORMAT, build, servers, observers, seed, endUs, traceHash, steps };
  return ok(JSON.stringify(text));
}

/** The error completes "The link ...". Never throws. */
export function readRun(text: string): Result<SharedRun, string> {
  const value = parse(text);
  if (!isRecord(value)) return err('cannot be read');
  const { format, build, servers, observers, seed, endUs, traceHash, steps } = value;
  if (format !== FORMAT) return err('is of another version of this page');
  if (!isInRange(servers, SETTING_RANGES.servers)) return err('has no possible number of servers');
  if (!isInRange(observers, SETTING_RANGES.observers)) {
    return err('has no possible number of observers');
  }
  if (!isInRange(seed, SETTING_RANGES.seed)) return err('has no possible seed');
  if (!isInRange(endUs, { min: 0, max: END_MAX_US })) return err('has no possible time');
  if (!matches(/^[0-9a-f]{16}$/)(traceHash)) return err('has no trace hash');
  if (!matches(/^[\w.-]{1,40}$/)(build)) return err('does not say what recorded it');
  const actions = readSteps(steps, endUs);
  if (!actions.ok) return actions;
  const config = configOf({ servers, observers, seed, clients: 0 });
  return ok({ run: { config, base: null, actions: actions.value, endUs }, traceHash, build });
}

function readSteps(steps: unknown, endUs: number): Result<readonly StampedAction[], string> {
  if (!Array.isArray(steps)) return err('has no actions');
  if (steps.length > ACTIONS_MAX) return err(`has more than ${ACTIONS_MAX} actions`);
  const actions: StampedAction[] = [];
  let atUs = BEFORE_US;
  for (const step of steps) {
    const [laterUs, action]: unknown[] = Array.isArray(step) ? step : [];
    if (!isInRange(laterUs, { min: 1, max: endUs - atUs })) {
      return err(`has an action (number ${actions.length + 1}) at no possible time`);
    }
    if (!isAction(action)) {
      return err(`has an action (number ${actions.length + 1}) that does not exist`);
    }
    atUs += laterUs;
    actions.push({ atUs, action });
  }
  return ok(actions);
}

type Check = (value: unknown) => boolean;

const matches =
  (pattern: RegExp) =>
  (value: unknown): value is string =>
    typeof value === 'string' && pattern.test(value);
const isServer = matches(/^S[1-9]\d?$/);
const isClient = matches(/^C[1-9]\d{0,5}$/);
const isParticipant: Check = (value) => isServer(value) || isClient(value);
const isBoolean: Check = (value) => typeof value === 'boolean';
const isText: Check = (value) => typeof value === 'string' && value.length <= TEXT_MAX;
const isCount: Check = (value) => isInRange(value, { min: 0, max: Number.MAX_SAFE_INTEGER });
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check, max: number): Check =>
  (value) =>
    Array.isArray(value) && value.length <= max && value.every(check);

const IS_LINK_CHANGE: { readonly [K in keyof LinkChange]-?: Check } = {
  from: isParticipant,
  to: isParticipant,
  cut: optional(isBoolean),
  held: optional(isBoolean),
  extraLatencyUs: optional(isCount),
  lossPercent: optional(isCount),
};

const IS_ACTION: {
  readonly [T in Action['type']]: {
    readonly [K in keyof Omit<Extract<Action, { type: T }>, 'type'>]-?: Check;
  };
} = {
  kill: { target: isParticipant },
  powerCut: { target: isParticipant },
  restart: { target: isParticipant },
  pause: { target: isParticipant },
  resume: { target: isParticipant },
  wipe: { target: isParticipant },
  setLinks: { changes: listOf((change) => hasShape(change, IS_LINK_CHANGE), LINK_CHANGES_MAX) },
  loseMessage: { from: isParticipant, to: isParticipant, id: isCount },
  heal: {},
  addClient: {
    client: isClient,
    servers: listOf(isServer, SERVERS_MAX),
    sessionTimeoutMs: isCount,
    chroot: isText,
    meetsClients: optional(isBoolean),
    canBeReadOnly: optional(isBoolean),
  },
  removeClient: { client: isClient },
  command: {
    client: isClient,
    command: isCount,
    name: isText,
    args: (value) => isJson(value, DEPTH_MAX),
  },
  expireSession: { sessionId: isText },
};

function isAction(value: unknown): value is Action {
  if (!isRecord(value)) return false;
  const { type, ...fields } = value;
  if (typeof type !== 'string' || !Object.hasOwn(IS_ACTION, type)) return false;
  return hasShape(fields, IS_ACTION[type as Action['type']]);
}

/** All fields are as they should be, and there are no others. */
function hasShape(value: unknown, shape: Readonly<Record<string, Check>>): boolean {
  if (!isRecord(value)) return false;
  for (const name of Object.keys(value)) if (!Object.hasOwn(shape, name)) return false;
  return Object.entries(shape).every(([name, check]) => check(value[name]));
}

function isJson(value: unknown, depthMax: number): boolean {
  if (value === null || isBoolean(value) || isText(value)) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (depthMax === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depthMax - 1));
  if (!isRecord(value) || Object.hasOwn(value, '__proto__')) return false;
  return Object.values(value).every((item) => isJson(item, depthMax - 1));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isInRange = (value: unknown, { min, max }: { min: number; max: number }): value is number =>
  Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
