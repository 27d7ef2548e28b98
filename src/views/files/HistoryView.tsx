/** One zxid of a history: its txn, the tree after it, and the znode that is chosen there. */

import { useState } from 'react';
import { unreachedReason } from '../../lab/files/describeFile.ts';
import type { FileHistory } from '../../lab/files/FileHistory.ts';
import { hexZxid, plural, shortZxid } from '../../lab/format.ts';
import { useRun } from '../LabContext.ts';
import { LiveTree } from '../tree/Badges.tsx';
import { TreeRows } from '../tree/TreeRows.tsx';
import type { ZnodeEditing } from '../tree/useZnodeEdit.ts';
import '../tree/tree.css';
import { FileZnode } from './FileZnode.tsx';
import { MomentSlider } from './MomentSlider.tsx';
import { MomentTxn } from './MomentTxn.tsx';
import { type FileRows, useFileRows } from './useFileRows.ts';

const READ_ONLY: ZnodeEditing = {
  edit: null,
  begin: () => {},
  submit: () => {},
  cancel: () => {},
};
const NO_WATCHES = new Map();

export function HistoryView({ history }: { history: FileHistory }) {
  const first = history.newest >= 0 ? history.newest : history.moments.length - 1;
  const [place, setPlace] = useState({ history, index: first });
  const [path, setPath] = useState('/');
  if (place.history !== history) setPlace({ history, index: first });
  const { index } = place;
  const rows = useFileRows(history, index);
  const moment = history.moments[index];
  if (moment === undefined) {
    return <p className="files-empty muted">There is no txn and no snapshot in these files.</p>;
  }
  const select = (chosen: string) => {
    rows?.reveal(chosen);
    setPath(chosen);
  };
  return (
    <section className="files-history" aria-label="History">
      <MomentSlider
        moments={history.moments}
        index={index}
        onChange={(to) => setPlace({ history, index: to })}
      />
      <MomentTxn moment={moment} onSelect={select} />
      <Standing zxid={moment.zxid} rows={rows} isReached={moment.isReached} />
      {rows !== null && (
        <div className="files-tree tree">
          <LiveTree value={false}>
            <TreeRows
              view={rows}
              counts={NO_WATCHES}
              selected={path}
              editing={READ_ONLY}
              onSelect={setPath}
            />
          </LiveTree>
        </div>
      )}
      {rows !== null && <FileZnode history={history} index={index} path={path} />}
    </section>
  );
}

interface StandingProps {
  readonly zxid: number;
  readonly rows: FileRows | null;
  readonly isReached: boolean;
}

function Standing({ zxid, rows, isReached }: StandingProps) {
  const run = useRun();
  const line = `files run ${hexZxid(zxid)}`;
  return (
    <div className="files-standing">
      <p>
        {rows === null && unreachedReason(zxid)}
        {rows?.isSalvaged && 'From a damaged snapshot: what could be read, unchecked. '}
        {rows !== null && (
          <>
            {plural(rows.sessionCount, 'session')}, tree digest{' '}
            <span className="mono">{String(rows.digest)}</span>
          </>
        )}
      </p>
      <button
        type="button"
        className="button"
        disabled={!isReached}
        title={`${line}: a new ensemble, with this on the disk of every server`}
        onClick={() => run(line)}
      >
        Run from {shortZxid(zxid)} as an ensemble
      </button>
    </div>
  );
}
