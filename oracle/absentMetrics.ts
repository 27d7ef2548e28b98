/**
 * What the `mntr` word of ZooKeeper 3.9.3 prints and ours does not, each with its reason. Summaries
 * are listed by the name that follows `avg_` and the like, those by sid without the sid.
 */

interface Absent {
  readonly reason: string;
  readonly names: readonly string[];
}

export const absentMetrics: readonly Absent[] = [
  {
    reason: 'of a process: in a browser tab there is none, and a server does not know its host',
    names: ['jvm_pause_time_ms', 'max_file_descriptor_count', 'open_file_descriptor_count'],
  },
  {
    reason: 'how long a thread works: no virtual time passes while a server handles an event',
    names: [
      'close_session_prep_time',
      'commit_process_time',
      'dbinittime',
      'local_write_committed_time_ms',
      'prep_process_time',
      'proposal_process_time',
      'read_final_proc_time_ms',
      'server_write_committed_time_ms',
      'socket_closing_time',
      'startup_snap_load_time',
      'startup_txns_load_time',
      'sync_process_time',
      'write_final_proc_time_ms',
    ],
  },
  {
    reason: 'queues between threads, and what a thread finds in one when it looks again',
    names: [
      'commit_commit_proc_req_queued',
      'concurrent_request_processing_in_commit_processor',
      'learner_handler_qp_size',
      'learner_handler_qp_time_ms',
      'learner_request_processor_queue_size',
      'pending_session_queue_size',
      'prep_processor_queue_size',
      'prep_processor_queue_time_ms',
      'prep_processor_request_queued',
      'read_commit_proc_issued',
      'read_commit_proc_req_queued',
      'reads_issued_from_session_queue',
      'session_queues_drained',
      'sync_processor_queue_size',
      'time_waiting_empty_pool_in_commit_processor_read_ms',
      'write_batch_time_in_commit_processor',
      'write_commit_proc_issued',
      'write_commit_proc_req_queued',
    ],
  },
  {
    reason: 'of Netty, with TLS in it: sockets are of the host',
    names: ['netty_queued_buffer_capacity', 'tls_handshake_exceeded', 'unsuccessful_handshake'],
  },
  {
    reason: 'cleans up closed connections among watches later; ours does so at once',
    names: [
      'add_dead_watcher_stall_time',
      'dead_watchers_cleaner_latency',
      'dead_watchers_cleared',
      'dead_watchers_queued',
    ],
  },
  {
    reason: 'caches of encoded answers: ours encodes each anew',
    names: [
      'response_packet_cache_hits',
      'response_packet_cache_misses',
      'response_packet_get_children_cache_hits',
      'response_packet_get_children_cache_misses',
    ],
  },
  {
    reason: 'the authentication scheme `ensemble`, which ours does not have',
    names: ['ensemble_auth_fail', 'ensemble_auth_skip', 'ensemble_auth_success'],
  },
  {
    reason: 'observers that follow a follower, which ours do not',
    names: ['observer_master_id', 'om_commit_process_time_ms', 'om_proposal_process_time_ms'],
  },
  {
    reason: 'features that are off by default, which ours does not have',
    names: [
      'insecure_admin_count',
      'large_requests_rejected',
      'quit_leading_due_to_disloyal_voter',
      'requests_not_forwarded_to_commit_processor',
      'skip_learner_request_to_next_processor_count',
    ],
  },
  {
    reason: "the admin endpoint's snapshot and restore, which ours does not have",
    names: [
      'restore_error_count',
      'restore_rate_limited_count',
      'restore_time',
      'snapshot_error_count',
      'snapshot_rate_limited_count',
    ],
  },
  {
    reason: 'ends our server, which then answers nothing more; the trace says assertionFailed',
    names: ['unrecoverable_error_count'],
  },
];

const NAMES: ReadonlySet<string> = new Set(absentMetrics.flatMap(({ names }) => names));
const SUMMARY = /^(?:avg|min|max|cnt|sum|p50|p95|p99|p999)_(?:\d+_)?/;

/** The name of the table for a name that is printed; null if it is not absent. */
export function absentName(printed: string): string | null {
  return [printed, printed.replace(SUMMARY, '')].find((name) => NAMES.has(name)) ?? null;
}
