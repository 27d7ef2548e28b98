/** What a client tells the trace: what it asked, what it was told, and what it believes. */

export type ClientState =
  | 'connecting'
  | 'connected'
  /** By a server that has no leader. */
  | 'connectedReadOnly'
  | 'disconnected'
  | 'expired'
  | 'authFailed'
  | 'closed';

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type ClientTrace =
  | {
      readonly type: 'clientStateChanged';
      readonly state: ClientState;
      readonly server: string | null;
      readonly sessionId: string;
      readonly timeoutMs: number;
    }
  | {
      readonly type: 'operationSent';
      readonly xid: number;
      readonly op: string;
      readonly path: string;
    }
  /** `error` is the KeeperErrorCode, -4 (ConnectionLoss) when the outcome is not known. */
  | {
      readonly type: 'operationDone';
      readonly xid: number;
      readonly op: string;
      readonly path: string;
      readonly error: number;
      readonly zxid: number;
      /**
       * What was written or seen, null after an error: `path` of a create; `version`, `mzxid`,
       * `czxid` of a znode; `cversion`, `pzxid` and `count` of its children; `count` of results.
       */
      readonly result: JsonValue;
    }
  | {
      readonly type: 'watchDelivered';
      readonly path: string;
      readonly event: string;
      readonly zxid: number;
    }
  /** A recipe's step, in the words of its documentation: `watch predecessor`. */
  | { readonly type: 'step'; readonly recipe: string; readonly path: string; readonly step: string }
  /** What this client believes about a lock, a latch, ...: `fence` is the czxid of its znode. */
  | {
      readonly type: 'belief';
      readonly recipe: string;
      readonly path: string;
      readonly holds: boolean;
      readonly fence: number;
      readonly znode: string;
    }
  /** What a program tells of itself, for whoever knows the program: its state after a change. */
  | {
      readonly type: 'note';
      readonly program: string;
      readonly subject: string;
      readonly data: JsonValue;
    }
  | { readonly type: 'commandStarted'; readonly command: number; readonly name: string }
  | {
      readonly type: 'commandDone';
      readonly command: number;
      readonly ok: boolean;
      readonly error: string;
      readonly data: JsonValue;
    };
