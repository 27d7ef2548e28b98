/**
 * Every timer that a server can set; the screen draws each as an arc. Setting a timer again moves
 * it.
 */

export type TimerName =
  /** FastLeaderElection: no notification for a while (200 ms, doubling to 60 s). */
  | 'notification'
  /** FastLeaderElection: a quorum agrees, wait 200 ms for a better vote. */
  | 'finalizeWait'
  /** No leader for a while: serve those who are content with reading. */
  | 'readOnly'
  /** Observers wait a little before they look for a leader again. */
  | 'observerBackoff'
  /** Learner: try again to reach the leader. */
  | 'connectLeader'
  /** Leader and learner: discovery and synchronisation must be over (initLimit). */
  | 'initLimit'
  /** Learner: silence of the leader (syncLimit). */
  | 'syncLimit'
  /** Leader: ping learners and count the synced ones, every half tick. */
  | 'leaderPing'
  /** Leader: expire the sessions of the next bucket, once a tick. */
  | 'sessionExpiry'
  /** Leader: remove empty containers and TTL znodes whose time is over. */
  | 'containerCheck'
  /** Look whether a request that waits for others may go on (RequestThrottler). */
  | 'requestThrottle'
  /** Close client connections that say nothing, every 10 s while there are any. */
  | 'connectionExpiry'
  /** Expire the local sessions of the next bucket, once a tick while there are any. */
  | 'localSessionExpiry';
