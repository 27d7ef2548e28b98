/** The answers to four-letter words without what depends on the machine and on the moment. */

import { absentName } from './absentMetrics.ts';

/** Lines of which only the key is compared, in whatever word they appear. */
const VOLATILE = [
  'Zookeeper version',
  'Latency min/avg/max',
  'Received',
  'Sent',
  'Connections',
  'Zxid',
  'Proposal sizes last/min/max',
];

/** Names in `mntr` whose values depend on the machine, or on how often the runner had to ask. */
const UNCOUNTED = [
  /^(?:version|uptime|leader_uptime|packets_\w+|bytes_received_count)$/,
  // Members of an ensemble in this thread have shorter addresses.
  /^approximate_data_size$/,
  /^(?:min|max|avg)_latency$/,
  /^(?:last|min|max)_client_response_size$/,
  /^(?:avg|min|max|sum|p50|p95|p99|p999)_\w*(?:latency|time|time_ms)$/,
  /^\w+_(?:fsynctime|readlatency|read_commitproc_time_ms|request_throttle_queue_time_ms)$/,
  /^[a-z]+\d*_sync_processor_\w+$/,
  /^\w+_in_session_queue$/,
];

/** `isCounting`: the servers were told to count anew before. */
export function normaliseWord(word: string, text: string, isCounting: boolean): unknown {
  switch (word) {
    case 'srvr':
      return text.split('\n').map(volatileLine);
    case 'stat':
    case 'cons':
      return text.split('\n').map(volatileLine).sort();
    case 'conf':
    case 'envi':
      return text.split('\n').map((line) => line.replace(/=.*/, '='));
    case 'mntr':
      return text
        .split('\n')
        .map((line) => line.replace(/^zk_/, '').split('\t'))
        .filter(([name = '']) => name !== '' && absentName(name) === null)
        .map(([name = '', value]) => (isCounting && isCounted(name) ? `${name} ${value}` : name))
        .sort();
    case 'dump':
      return (
        text
          .replaceAll(/expire at .*:/g, 'expire at:')
          .replaceAll(/:\d{4,5}\b/g, ':port')
          // Theirs keeps times at which nobody expires any more.
          .replaceAll('0 expire at:\n', '')
          .replace(/Connections Sets \(\d+\)/, 'Connections Sets')
          .replaceAll(/0x[0-9a-f]{2,}/g, 'another')
      );
    case 'wchc':
    case 'wchp':
      return text.split('\n').sort();
    case 'dirs':
      return text.replaceAll(/\d+/g, 'n');
    default:
      return text;
  }
}

function volatileLine(line: string): string {
  const key = VOLATILE.find((it) => line.startsWith(`${it}: `));
  if (key !== undefined) return `${key}: `;
  return (
    line
      .replaceAll(/:\d{4,5}\b/g, ':port')
      // What the server waits for on that socket right now.
      .replaceAll(/\[\d\]/g, '[ops]')
      .replaceAll(
        /(queued|recved|sent|sid|est|lresp|llat|minlat|avglat|maxlat|lzxid)=[^,)]*/g,
        '$1=',
      )
  );
}

function isCounted(name: string): boolean {
  return !UNCOUNTED.some((pattern) => pattern.test(name));
}
