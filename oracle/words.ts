/** The answers to four-letter words without what depends on the machine and on the moment. */

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

export function normaliseWord(word: string, text: string): unknown {
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
        .map((line) => line.replace(/\t.*/, ''))
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
