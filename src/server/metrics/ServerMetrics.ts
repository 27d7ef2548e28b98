/**
 * What one server counts, from its start or since it was told to count anew. Parts of the server
 * count where things happen; `mntr` and the admin endpoint print all of it under these names.
 * Times are virtual ms. Source: ZooKeeper ServerMetrics, which says what each name means.
 */

import { Counter } from './Counter.ts';
import type { MetricValue } from './Metric.ts';
import { MetricSet } from './MetricSet.ts';
import { PercentileSummary } from './PercentileSummary.ts';
import { Summary } from './Summary.ts';

export class ServerMetrics {
  readonly counters = {
    bytes_received_count: 0,
    cnxn_closed_without_zk_server_running: 0,
    commit_count: 0,
    connection_drop_count: 0,
    connection_rejected: 0,
    connection_request_count: 0,
    connection_revalidate_count: 0,
    diff_count: 0,
    digest_mismatches_count: 0,
    learner_commit_received_count: 0,
    learner_proposal_received_count: 0,
    looking_count: 0,
    outstanding_changes_queued: 0,
    outstanding_changes_removed: 0,
    proposal_count: 0,
    request_commit_queued: 0,
    request_throttle_wait_count: 0,
    response_bytes: 0,
    revalidate_count: 0,
    sessionless_connections_expired: 0,
    snap_count: 0,
    stale_replies: 0,
    stale_requests: 0,
    stale_requests_dropped: 0,
    stale_sessions_expired: 0,
    sync_processor_request_queued: 0,
    throttled_ops: 0,
    watch_bytes: 0,
  };
  readonly summaries = {
    commit_propagation_latency: new PercentileSummary(),
    connection_token_deficit: new Summary(),
    election_time: new Summary(),
    follower_sync_time: new Summary(),
    fsynctime: new Summary(),
    inflight_diff_count: new Summary(),
    inflight_snap_count: new Summary(),
    leader_unavailable_time: new Summary(),
    node_changed_watch_count: new Summary(),
    node_children_watch_count: new Summary(),
    node_created_watch_count: new Summary(),
    node_deleted_watch_count: new Summary(),
    observer_sync_time: new Summary(),
    propagation_latency: new PercentileSummary(),
    proposal_ack_creation_latency: new PercentileSummary(),
    proposal_latency: new PercentileSummary(),
    quorum_ack_latency: new PercentileSummary(),
    read_commitproc_time_ms: new PercentileSummary(),
    readlatency: new PercentileSummary(),
    reads_after_write_in_session_queue: new Summary(),
    request_throttle_queue_time_ms: new PercentileSummary(),
    requests_in_session_queue: new Summary(),
    snapshottime: new Summary(),
    startup_txns_loaded: new Summary(),
    sync_processor_batch_size: new Summary(),
    sync_processor_queue_and_flush_time_ms: new PercentileSummary(),
    sync_processor_queue_flush_time_ms: new PercentileSummary(),
    sync_processor_queue_time_ms: new PercentileSummary(),
    unavailable_time: new Summary(),
    updatelatency: new PercentileSummary(),
    write_commitproc_time_ms: new PercentileSummary(),
  };
  readonly sets = {
    /** By the sid of whoever acknowledged. */
    ack_latency: new MetricSet(() => new PercentileSummary()),
    quota_exceeded_error_per_namespace: new MetricSet(() => new Counter()),
    read_per_namespace: new MetricSet(() => new Summary()),
    write_per_namespace: new MetricSet(() => new Summary()),
  };

  values(): readonly MetricValue[] {
    return [
      ...Object.entries(this.counters),
      ...Object.entries({ ...this.summaries, ...this.sets }).flatMap(([name, it]) =>
        it.values(name),
      ),
    ];
  }

  reset(): void {
    for (const name of Object.keys(this.counters) as (keyof typeof this.counters)[]) {
      this.counters[name] = 0;
    }
    for (const it of Object.values({ ...this.summaries, ...this.sets })) it.reset();
  }
}
