/** The flags of a create request. Source: org.apache.zookeeper.CreateMode. */

export const CreateMode = {
  PERSISTENT: 0,
  EPHEMERAL: 1,
  PERSISTENT_SEQUENTIAL: 2,
  EPHEMERAL_SEQUENTIAL: 3,
  CONTAINER: 4,
  PERSISTENT_WITH_TTL: 5,
  PERSISTENT_SEQUENTIAL_WITH_TTL: 6,
} as const;

export type CreateModeName = keyof typeof CreateMode;
export type CreateMode = (typeof CreateMode)[CreateModeName];

const NAMES = Object.keys(CreateMode) as CreateModeName[];

/** Undefined for flags that are no mode. */
export function createModeName(flags: number): CreateModeName | undefined {
  return NAMES.find((name) => CreateMode[name] === flags);
}

export function isEphemeral(flags: number): boolean {
  return flags === CreateMode.EPHEMERAL || flags === CreateMode.EPHEMERAL_SEQUENTIAL;
}

export function isSequential(flags: number): boolean {
  return (
    flags === CreateMode.PERSISTENT_SEQUENTIAL ||
    flags === CreateMode.EPHEMERAL_SEQUENTIAL ||
    flags === CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL
  );
}

export function isTTL(flags: number): boolean {
  return (
    flags === CreateMode.PERSISTENT_WITH_TTL || flags === CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL
  );
}

/** The longest time to live, in ms: what the 40 bits beside the marker can hold. */
export const TTL_MAX_MS = 0xff_ffff_ffff;
