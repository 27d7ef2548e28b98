/** Where Kafka keeps what in ZooKeeper. Source: Kafka 3.8 ZkData.scala. */

export const CONTROLLER = '/controller';
export const CONTROLLER_EPOCH = '/controller_epoch';
export const CLUSTER_ID = '/cluster/id';
export const BROKER_IDS = '/brokers/ids';
export const TOPICS = '/brokers/topics';
export const TOPIC_CONFIGS = '/config/topics';
export const CONFIG_CHANGES = '/config/changes';
export const DELETE_TOPICS = '/admin/delete_topics';
export const REASSIGN_PARTITIONS = '/admin/reassign_partitions';
export const PREFERRED_ELECTION = '/admin/preferred_replica_election';
export const ISR_CHANGES = '/isr_change_notification';
export const ISR_CHANGE_PREFIX = `${ISR_CHANGES}/isr_change_`;
export const CONFIG_CHANGE_PREFIX = `${CONFIG_CHANGES}/config_change_`;

/** Made by whoever comes first; parents before children. */
export const PERSISTENT_PATHS: readonly string[] = [
  '/cluster',
  '/consumers',
  '/brokers',
  BROKER_IDS,
  TOPICS,
  '/brokers/seqid',
  '/config',
  CONFIG_CHANGES,
  TOPIC_CONFIGS,
  '/config/clients',
  '/config/users',
  '/config/brokers',
  '/config/ips',
  '/admin',
  DELETE_TOPICS,
  ISR_CHANGES,
  '/latest_producer_id_block',
  '/log_dir_event_notification',
];

export const brokerPath = (id: number): string => `${BROKER_IDS}/${id}`;
export const topicPath = (topic: string): string => `${TOPICS}/${topic}`;
export const partitionsPath = (topic: string): string => `${TOPICS}/${topic}/partitions`;
export const partitionPath = (topic: string, partition: number): string =>
  `${partitionsPath(topic)}/${partition}`;
export const statePath = (topic: string, partition: number): string =>
  `${partitionPath(topic, partition)}/state`;
export const topicConfigPath = (topic: string): string => `${TOPIC_CONFIGS}/${topic}`;
export const deleteTopicPath = (topic: string): string => `${DELETE_TOPICS}/${topic}`;
