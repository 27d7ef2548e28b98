/** The data of a znode: as text if it is text, and its bytes. */

import { formatBytes, plural, readableText } from '../../lab/format.ts';
import { hexLines } from './znodeText.ts';

/** Data beyond this is counted, not shown. */
const TEXT_MAX = 4_000;
const HEX_LINES_MAX = 64;

export function ZnodeData({ data }: { data: Uint8Array | null }) {
  if (data === null) return <p className="muted">Its data is null.</p>;
  if (data.length === 0) return <p className="muted">No data.</p>;
  const text = readableText(data);
  return (
    <div className="inspector-data">
      {text === null ? (
        <p className="muted">{formatBytes(data.length)} that are no text.</p>
      ) : (
        <pre className="mono">
          {text.slice(0, TEXT_MAX)}
          {text.length > TEXT_MAX && `… (${plural(text.length, 'character')})`}
        </pre>
      )}
      <details open={text === null}>
        <summary>Bytes</summary>
        <pre className="mono inspector-bytes">{hexLines(data, HEX_LINES_MAX)}</pre>
      </details>
    </div>
  );
}
