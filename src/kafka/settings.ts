/** What server.properties would hold, with Kafka's names and, where they differ, its defaults. */

export const SETTINGS = {
  /** replica.fetch.wait.max.ms */
  fetchWaitMaxMs: 500,
  /** replica.fetch.backoff.ms; Kafka: 1,000. */
  fetchBackoffMs: 200,
  /** replica.lag.time.max.ms; Kafka: 30,000. */
  replicaLagTimeMaxMs: 3_000,
  /** How often a leader looks for replicas that lag; Kafka: half of replica.lag.time.max.ms. */
  lagCheckMs: 1_500,
  requestTimeoutMs: 3_000,
  /** Before a controller says again what a broker did not answer. */
  controllerBackoffMs: 100,
  /** controlled.shutdown.max.retries and .retry.backoff.ms; Kafka: 3 and 5,000. */
  shutdownRetries: 5,
  shutdownBackoffMs: 500,
  /** Records in one answer to a Fetch, for each partition. */
  fetchRecordsMax: 100,
  /** delivery.timeout.ms of producers; Kafka: 120,000. */
  deliveryTimeoutMs: 30_000,
  retryBackoffMs: 200,
} as const;

/** Told from outside, for the whole of one broker's life. */
export const DEFAULT_MIN_ISR = 1;
export const MIN_ISR = 'min.insync.replicas';
export const UNCLEAN = 'unclean.leader.election.enable';
export const TOPIC_SETTINGS: readonly string[] = [MIN_ISR, UNCLEAN];
