/** Makes a link to this run, copies it where that is allowed, and shows it. */

import { useId, useRef, useState } from 'react';
import type { ExecResult } from '../../lab/console/command.ts';
import { useHandles } from '../LabContext.ts';

export function ShareButton() {
  const { transcript } = useHandles();
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  const [result, setResult] = useState<ExecResult | null>(null);
  const share = async (): Promise<void> => {
    setResult(await transcript.run('share'));
    popover.current?.showPopover();
  };
  return (
    <>
      <button
        type="button"
        className="button"
        aria-controls={id}
        onClick={share}
        title="A link to this run, as it is now"
      >
        Share
      </button>
      <div id={id} ref={popover} popover="auto" className="timeline-share">
        {result !== null && <Shared result={result} />}
      </div>
    </>
  );
}

function Shared({ result }: { result: ExecResult }) {
  const link = linkOf(result);
  if (link === null) return <p>{result.text}</p>;
  return (
    <>
      <p>
        <strong>{link.isCopied ? 'The link is copied.' : 'Copy this link:'}</strong>
      </p>
      <input
        className="field"
        readOnly
        aria-label="Link to this run"
        value={link.link}
        onFocus={(event) => event.target.select()}
      />
      <p className="muted">
        Whoever opens it sees this run up to this moment, executed again on their own machine. The
        run is in the link itself, after the #, which is sent to nobody.
      </p>
    </>
  );
}

function linkOf({ ok, data }: ExecResult): { link: string; isCopied: boolean } | null {
  if (!ok || data === null || typeof data !== 'object' || !('link' in data)) return null;
  return { link: String(data.link), isCopied: data['isCopied'] === true };
}
