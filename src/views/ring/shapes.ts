/** How each kind of message looks: hue = family, shape = kind, fill = request or reply. */

export type Family = 'election' | 'replicate' | 'client' | 'watch' | 'session';
export type Shape =
  | 'diamond'
  | 'smallDiamond'
  | 'square'
  | 'squarePlus'
  | 'squareCheck'
  | 'doubleSquare'
  | 'squareNotch'
  | 'largeSquare'
  | 'circle'
  | 'circleBang'
  | 'bell'
  | 'dot';

export interface Look {
  readonly family: Family;
  readonly shape: Shape;
  readonly filled: boolean;
}

const look = (family: Family, shape: Shape, filled = true): Look => ({ family, shape, filled });

const LOOKS: Readonly<Record<string, Look>> = {
  NOTIFICATION: look('election', 'diamond'),
  FOLLOWERINFO: look('election', 'smallDiamond'),
  OBSERVERINFO: look('election', 'smallDiamond'),
  LEADERINFO: look('election', 'smallDiamond'),
  ACKEPOCH: look('election', 'smallDiamond', false),
  DIFF: look('replicate', 'doubleSquare'),
  TRUNC: look('replicate', 'squareNotch'),
  SNAP: look('replicate', 'largeSquare'),
  NEWLEADER: look('replicate', 'doubleSquare'),
  UPTODATE: look('replicate', 'doubleSquare'),
  REQUEST: look('client', 'circle'),
  PROPOSAL: look('replicate', 'square'),
  ACK: look('replicate', 'squarePlus', false),
  COMMIT: look('replicate', 'squareCheck'),
  INFORM: look('replicate', 'squareCheck'),
  SYNC: look('client', 'circle', false),
  REVALIDATE: look('session', 'circle', false),
  connectRequest: look('client', 'circle'),
  connectResponse: look('client', 'circle', false),
  request: look('client', 'circle'),
  reply: look('client', 'circle', false),
  errorReply: look('client', 'circleBang', false),
  watchEvent: look('watch', 'bell'),
  fourLetterWord: look('client', 'circle'),
  // Between Kafka's brokers, producers and consumers.
  LeaderAndIsr: look('election', 'diamond'),
  LeaderAndIsrReply: look('election', 'diamond', false),
  UpdateMetadata: look('election', 'smallDiamond'),
  UpdateMetadataReply: look('election', 'smallDiamond', false),
  StopReplica: look('election', 'smallDiamond'),
  StopReplicaReply: look('election', 'smallDiamond', false),
  ControlledShutdown: look('election', 'smallDiamond'),
  ControlledShutdownReply: look('election', 'smallDiamond', false),
  ElectLeaders: look('election', 'smallDiamond'),
  ElectLeadersReply: look('election', 'smallDiamond', false),
  Produce: look('client', 'circle'),
  ProduceReply: look('client', 'circle', false),
  Metadata: look('client', 'circle'),
  MetadataReply: look('client', 'circle', false),
  OffsetForLeaderEpoch: look('replicate', 'squareNotch'),
  OffsetForLeaderEpochReply: look('replicate', 'squareNotch', false),
  Records: look('replicate', 'doubleSquare'),
};

const BACKGROUND = look('session', 'dot');

/** Pings and the link's own packets are dots. */
export const lookOf = (kind: string): Look => LOOKS[kind] ?? BACKGROUND;
