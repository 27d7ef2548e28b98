import { expect, test } from 'vitest';
import { type MemberOptions, parseZooCfg } from './zooCfg.ts';

const SERVERS = `server.1=zoo1:2888:3888
server.2=zoo2:2888:3888:participant;2182
server.3=zoo3:2888:3888:observer`;
const BASE = `# an example
tickTime=2000
initLimit=10
syncLimit=5
dataDir=/var/lib/zookeeper
clientPort = 2181
${SERVERS}
`;

const DEFAULT_THROTTLE = {
  requestThrottleMaxRequests: 0,
  requestThrottleStallTimeMs: 100,
  requestThrottleDropStale: true,
  throttledOpWaitTimeMs: 0,
};

function parse(text: string, myid: string | null = '1\n', dynamic = ''): MemberOptions | string {
  const parsed = parseZooCfg(text, (path) =>
    path === '/var/lib/zookeeper/myid' ? myid : path === 'zoo.dynamic' ? dynamic : null,
  );
  return parsed.ok ? parsed.value : parsed.error;
}

test('members, limits, where clients and files are', () => {
  expect(parse(`${BASE}autopurge.snapRetainCount=3\nforceSync=no\n`)).toMatchObject({
    config: {
      sid: 1,
      peers: [
        { sid: 1, role: 'participant', address: 'zoo1:2888:3888' },
        { sid: 2, role: 'participant', address: 'zoo2:2888:3888;0.0.0.0:2182' },
        { sid: 3, role: 'observer', address: 'zoo3:2888:3888' },
      ],
      tickTimeMs: 2000,
      initLimitTicks: 10,
      syncLimitTicks: 5,
      minSessionTimeoutMs: 4000,
      maxSessionTimeoutMs: 40_000,
      fourLetterWords: ['srvr'],
      reconfigEnabled: false,
    },
    clientAddress: { host: '0.0.0.0', port: 2181 },
    listenOnAllIPs: false,
    data: { directory: '/var/lib/zookeeper', fsync: false },
    adminPort: null,
    ignored: ['autopurge.snapRetainCount'],
  });
});

test('a server whose own line has a client port takes that', () => {
  expect(parse(BASE, '2')).toMatchObject({ clientAddress: { host: '0.0.0.0', port: 2182 } });
});

test('members from the file of the dynamic configuration', () => {
  const text = `${BASE.replace(SERVERS, '')}dynamicConfigFile=zoo.dynamic\nreconfigEnabled=true`;
  expect(parse(text, '1', SERVERS)).toMatchObject({
    config: { peers: [{ sid: 1 }, { sid: 2 }, { sid: 3 }], reconfigEnabled: true },
  });
});

test.each([
  ['dataDir is not set', BASE.replace(/dataDir.*/, '')],
  ['initLimit is not set', BASE.replace(/initLimit.*/, '')],
  ['no server lines', BASE.replace(SERVERS, '')],
  ['lines cannot be read', `${BASE}server.4=zoo4`],
  ['dataLogDir must be dataDir', `${BASE}dataLogDir=/var/log/zookeeper`],
  ['sslQuorum=true cannot be had', `${BASE}sslQuorum=true`],
  ['tickTime takes a whole number', BASE.replace('2000', 'two')],
  ['no.dynamic cannot be read', `${BASE}dynamicConfigFile=no.dynamic`],
  ['Server 1 has no clientPort', BASE.replace(/clientPort.*/, '')],
])('says that %s', (reason, text) => {
  expect(parse(text)).toContain(reason);
});

test.each([
  ['does not hold', null],
  ['does not hold', 'one'],
  ['There is no server.9', '9'],
])('says that myid %s', (reason, myid) => {
  expect(parse(BASE, myid)).toContain(reason);
});

const USERS = [{ name: 'bob', password: 'secret' }];
const SASL_PROVIDER = 'authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider';

function parseWithUsers(text: string): MemberOptions | string {
  const parsed = parseZooCfg(text, () => '1', USERS);
  return parsed.ok ? parsed.value : parsed.error;
}

test('users of SASL, and who must authenticate', () => {
  const text = `${SASL_PROVIDER}\nauthProvider.2=Other\nsuperUser=root\nsuperUser.2=ann\n`;
  expect(parseWithUsers(`${BASE}${text}sessionRequireClientSASLAuth=true`)).toMatchObject({
    config: {
      sasl: { users: USERS, superUsers: ['root', 'ann'], allowFailedClients: false },
      enforceAuthSchemes: ['sasl'],
    },
    ignored: ['authProvider.2'],
  });
  const enforced = 'enforce.auth.enabled=true\nenforce.auth.schemes=sasl, digest';
  expect(parseWithUsers(`${BASE}allowSaslFailedClients=true\n${enforced}`)).toMatchObject({
    config: { sasl: { allowFailedClients: true }, enforceAuthSchemes: ['sasl', 'digest'] },
  });
  expect(parse(`${BASE}enforce.auth.schemes=sasl`)).toMatchObject({
    config: { sasl: null, enforceAuthSchemes: [] },
  });
});

test.each([
  ['SASLAuthenticationProvider goes with --jaas FILE', SASL_PROVIDER],
  ['scheme sasl is not available', 'sessionRequireClientSASLAuth=true'],
  ['scheme x509 is not available', 'enforce.auth.enabled=true\nenforce.auth.schemes=x509'],
  ['enforce.auth.enabled goes with enforce.auth.schemes', 'enforce.auth.enabled=true'],
])('says that %s', (reason, lines) => {
  expect(parse(BASE + lines)).toContain(reason);
});

test('how requests are throttled, and scheme digest switched off', () => {
  expect(parse(BASE)).toMatchObject({
    config: { ...DEFAULT_THROTTLE, digestAuthEnabled: true, digestEnabled: true },
  });
  const lines = [
    'request_throttle_max_requests=50',
    'request_throttle_stall_time=20',
    'request_throttle_drop_stale=false',
    'throttled_op_wait_time=300',
    'DigestAuthenticationProvider.enabled=false',
    'digest.enabled=false',
  ];
  expect(parse(`${BASE}${lines.join('\n')}`)).toMatchObject({
    config: {
      requestThrottleMaxRequests: 50,
      requestThrottleStallTimeMs: 20,
      requestThrottleDropStale: false,
      throttledOpWaitTimeMs: 300,
      digestAuthEnabled: false,
      digestEnabled: false,
    },
    ignored: [],
  });
});
