/** Error codes and how zkCli words them. Source: KeeperException.Code, CliWrapperException. */

export const KeeperErrorCode = {
  OK: 0,
  SYSTEMERROR: -1,
  RUNTIMEINCONSISTENCY: -2,
  DATAINCONSISTENCY: -3,
  CONNECTIONLOSS: -4,
  MARSHALLINGERROR: -5,
  UNIMPLEMENTED: -6,
  OPERATIONTIMEOUT: -7,
  BADARGUMENTS: -8,
  UNKNOWNSESSION: -12,
  NEWCONFIGNOQUORUM: -13,
  RECONFIGINPROGRESS: -14,
  APIERROR: -100,
  NONODE: -101,
  NOAUTH: -102,
  BADVERSION: -103,
  NOCHILDRENFOREPHEMERALS: -108,
  NODEEXISTS: -110,
  NOTEMPTY: -111,
  SESSIONEXPIRED: -112,
  INVALIDCALLBACK: -113,
  INVALIDACL: -114,
  AUTHFAILED: -115,
  SESSIONMOVED: -118,
  NOTREADONLY: -119,
  EPHEMERALONLOCALSESSION: -120,
  NOWATCHER: -121,
  REQUESTTIMEOUT: -122,
  RECONFIGDISABLED: -123,
  SESSIONCLOSEDREQUIRESASLAUTH: -124,
  QUOTAEXCEEDED: -125,
  THROTTLEDOP: -127,
} as const;

export type KeeperErrorName = keyof typeof KeeperErrorCode;
export type KeeperErrorCode = (typeof KeeperErrorCode)[KeeperErrorName];

const NAMES: ReadonlyMap<number, KeeperErrorName> = new Map(
  (Object.keys(KeeperErrorCode) as KeeperErrorName[]).map((name) => [KeeperErrorCode[name], name]),
);

/** Undefined for a number that is no error code. */
export function errorName(code: number): KeeperErrorName | undefined {
  return NAMES.get(code);
}

/** What follows "KeeperErrorCode = " in ZooKeeper's own messages. */
const WORDS: Readonly<Record<KeeperErrorName, string>> = {
  OK: 'ok',
  SYSTEMERROR: 'SystemError',
  RUNTIMEINCONSISTENCY: 'RuntimeInconsistency',
  DATAINCONSISTENCY: 'DataInconsistency',
  CONNECTIONLOSS: 'ConnectionLoss',
  MARSHALLINGERROR: 'MarshallingError',
  UNIMPLEMENTED: 'Unimplemented',
  OPERATIONTIMEOUT: 'OperationTimeout',
  BADARGUMENTS: 'BadArguments',
  UNKNOWNSESSION: 'UnknownSession',
  NEWCONFIGNOQUORUM: 'NewConfigNoQuorum',
  RECONFIGINPROGRESS: 'ReconfigInProgress',
  APIERROR: 'APIError',
  NONODE: 'NoNode',
  NOAUTH: 'NoAuth',
  BADVERSION: 'BadVersion',
  NOCHILDRENFOREPHEMERALS: 'NoChildrenForEphemerals',
  NODEEXISTS: 'NodeExists',
  NOTEMPTY: 'Directory not empty',
  SESSIONEXPIRED: 'Session expired',
  INVALIDCALLBACK: 'Invalid callback',
  INVALIDACL: 'InvalidACL',
  AUTHFAILED: 'AuthFailed',
  SESSIONMOVED: 'Session moved',
  NOTREADONLY: 'Not a read-only call',
  EPHEMERALONLOCALSESSION: 'Ephemeral node on local session',
  NOWATCHER: 'No such watcher',
  REQUESTTIMEOUT: 'RequestTimeout',
  RECONFIGDISABLED: 'Reconfig is disabled',
  SESSIONCLOSEDREQUIRESASLAUTH: 'Session closed because client failed to authenticate',
  QUOTAEXCEEDED: 'Quota has exceeded',
  THROTTLEDOP: 'Op throttled due to high load',
};

/** zkCli's own sentences, to which ": path" is added. */
const CLI_WORDS: Partial<Readonly<Record<KeeperErrorName, string>>> = {
  NONODE: 'Node does not exist',
  NODEEXISTS: 'Node already exists',
  NOTEMPTY: 'Node not empty',
  NOCHILDRENFOREPHEMERALS: 'Ephemerals cannot have children',
  NOTREADONLY: 'Not a read-only call',
  INVALIDACL: 'Acl is not valid ',
  NOAUTH: 'Insufficient permission ',
  BADARGUMENTS: 'Arguments are not valid ',
  BADVERSION: 'version No is not valid ',
  QUOTAEXCEEDED: 'Quota has exceeded ',
};

/** 'KeeperErrorCode = NoNode for /a': the message of a KeeperException. */
export function errorMessage(code: number, path?: string): string {
  const name = errorName(code);
  const words = name === undefined ? `Unknown error ${code}` : WORDS[name];
  return `KeeperErrorCode = ${words}${path === undefined ? '' : ` for ${path}`}`;
}

/** 'Node does not exist: /a': what zkCli prints. */
export function cliErrorMessage(code: number, path: string): string {
  if (code === KeeperErrorCode.RECONFIGINPROGRESS) {
    return 'Another reconfiguration is in progress -- concurrent reconfigs not supported (yet)';
  }
  if (code === KeeperErrorCode.NEWCONFIGNOQUORUM) {
    return (
      'No quorum of new config is connected and up-to-date with the leader of last commmitted ' +
      'config - try invoking reconfiguration after new servers are connected and synced'
    );
  }
  const name = errorName(code);
  const words = name === undefined ? undefined : CLI_WORDS[name];
  return words === undefined ? errorMessage(code, path) : `${words}: ${path}`;
}
