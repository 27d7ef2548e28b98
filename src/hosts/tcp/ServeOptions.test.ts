/** The command line. */

import { expect, test } from 'vitest';
import { parseServeOptions } from './ServeOptions.ts';

function errorOf(line: string): string | null {
  const parsed = parseServeOptions(line === '' ? [] : line.split(' '));
  return parsed.ok ? null : parsed.error;
}

test('without options: three servers from 2181 on, in memory', () => {
  expect(parseServeOptions([])).toMatchObject({
    ok: true,
    value: { servers: 3, observers: 0, port: 2181, data: null, controlPort: null, tls: null },
  });
});

test('everything that can be said', () => {
  const line =
    '--servers 5 --observers 2 --host 0.0.0.0 --port 3000 --data d --no-fsync --latency 2.5 ' +
    '--tick 100 --max-client-cnxns 0 --admin 8080 --control 9000 --token t --tls-cert c ' +
    '--tls-key k --seed 7 --outstanding-limit 50 --jute-maxbuffer 4096 --super-digest a:bc= ' +
    '--words srvr,ruok --reconfig --read-only-mode --local-sessions --upgrade-local-sessions ' +
    '--eager-acl-check --connection-throttle 20 --jaas j --super-user ann,bob ' +
    '--allow-sasl-failed-clients --enforce-auth sasl,digest ' +
    '--request-throttle 30 --request-throttle-stall 5 --request-throttle-keep-stale ' +
    '--throttled-op-wait 250 --no-digest-auth --no-digest';
  expect(parseServeOptions(line.split(' '))).toEqual({
    ok: true,
    value: {
      servers: 5,
      observers: 2,
      host: '0.0.0.0',
      port: 3000,
      data: { directory: 'd', fsync: false },
      latencyUs: 2_500,
      tickTimeMs: 100,
      maxClientCnxns: 0,
      adminPort: 8080,
      controlPort: 9000,
      token: 't',
      tls: { certFile: 'c', keyFile: 'k' },
      seed: 7,
      jaas: { file: 'j', superUsers: ['ann', 'bob'], allowFailedClients: true },
      globalOutstandingLimit: 50,
      server: {
        frameBytesMax: 4096,
        superDigest: 'a:bc=',
        fourLetterWords: ['srvr', 'ruok'],
        reconfigEnabled: true,
        readOnlyModeEnabled: true,
        localSessionsEnabled: true,
        localSessionsUpgradingEnabled: true,
        eagerACLCheckEnabled: true,
        connectionThrottleTokens: 20,
        requestThrottleMaxRequests: 30,
        requestThrottleStallTimeMs: 5,
        requestThrottleDropStale: false,
        throttledOpWaitTimeMs: 250,
        digestAuthEnabled: false,
        digestEnabled: false,
        enforceAuthSchemes: ['sasl', 'digest'],
      },
    },
  });
});

test.each([
  ['--servers 0', '--servers takes a whole number from 1 to 64, not "0".'],
  ['--port x', '--port takes a whole number from 0 to 65535, not "x".'],
  ['--port 65535', '3 ports from 65535 on end beyond 65535.'],
  ['--latency -1', "Option '--latency' argument is ambiguous."],
  ['--latency 0', '--latency takes milliseconds from 0.001 to 10000, not "0".'],
  ['--tls-cert c', '--tls-cert and --tls-key go together.'],
  ['--super-digest a:b:c', '--super-digest takes user:digest, the digest in base 64.'],
  ['--fsync', '--fsync and --no-fsync go with --data DIR.'],
  ['--token t', '--token goes with --control PORT.'],
  ['--super-user bob', 'What concerns SASL goes with --jaas FILE.'],
  ['--enforce-auth sasl', 'What concerns SASL goes with --jaas FILE.'],
  ['--enforce-auth world', '--enforce-auth takes some of sasl, digest, ip.'],
  ['--zoo-cfg z --port 1', '--zoo-cfg FILE says everything, but for --jaas FILE.'],
  ['--nonsense', "Unknown option '--nonsense'."],
])('%s is answered by what was expected', (line, error) => {
  expect(errorOf(line)).toMatch(error);
});
