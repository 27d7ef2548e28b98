/** One zxid of a history: its txn, the tree after it, and the znode that is chosen there. */

import { useMemo, useState } from 'react';
import { unreachedReason } from '../../lab/files/describeFile.ts';
import type { FilesReader, Look, Timeline, TreeLook } from '../../lab/files/FilesReader.ts';
import { hexZxid, plural, shortZxid } from '../../lab/format.ts';
import { shownRows } from '../../lab/tree/liveRows.ts';
import { useRun } from '../LabContext.ts';
import { LiveTree } from '../tree/Badges.tsx';
import { TreeRows } from '../tree/TreeRows.tsx';
import { type Collapsed, useCollapsed } from '../tree/useCollapsed.ts';
import type { ZnodeEditing } from '../tree/useZnodeEdit.ts';
import '../tree/tree.css';
import { FileZnode } from './FileZnode.tsx';
import { MomentSlider } from './MomentSlider.tsx';
import { MomentTxn } from './MomentTxn.tsx';
import { momentText } from './momentText.ts';
import { useLook } from './useLook.ts';

const READ_ONLY: ZnodeEditing = {
  edit: null,
  begin: () => {},
  submit: () => {},
  cancel: () => {},
};
const NO_WATCHES = new Map();

export function HistoryView({ reader }: { reader: FilesReader }) {
  const { timeline } = reader;
  const { zxids, newest } = timeline;
  const first = newest >= 0 ? newest : zxids.length - 1;
  const [place, setPlace] = useState({ reader, index: first });
  const [path, setPath] = useState('/');
  if (place.reader !== reader) setPlace({ reader, index: first });
  const { index } = place;
  const { collapsed, ...collapsing } = useCollapsed(timeline.collapsed);
  const query = useMemo(() => ({ index, collapsed, path }), [index, collapsed, path]);
  const look = useLook(reader, query);
  const zxid = zxids[index];
  if (zxid === undefined) {
    return <p className="files-empty muted">There is no txn and no snapshot in these files.</p>;
  }
  const select = (chosen: string) => {
    collapsing.reveal(chosen);
    setPath(chosen);
  };
  const isWaiting = look?.index !== index;
  return (
    <section className="files-history" aria-label="History" aria-busy={isWaiting}>
      <MomentSlider
        timeline={timeline}
        index={index}
        text={look === null || isWaiting ? '' : momentText(look)}
        onChange={(to) => setPlace({ reader, index: to })}
      />
      {look !== null && (
        <Moment
          look={look}
          timeline={timeline}
          path={path}
          collapsing={collapsing}
          onSelect={select}
        />
      )}
    </section>
  );
}

interface MomentProps {
  readonly look: Look;
  readonly timeline: Timeline;
  readonly path: string;
  readonly collapsing: Omit<Collapsed, 'collapsed'>;
  readonly onSelect: (path: string) => void;
}

function Moment({ look, timeline, path, collapsing, onSelect }: MomentProps) {
  const { index, tree } = look;
  const zxid = timeline.zxids[index] ?? 0;
  const rows = tree?.rows ?? null;
  const shown = useMemo(() => (rows === null ? [] : shownRows(rows)), [rows]);
  return (
    <>
      <MomentTxn zxid={zxid} look={look} onSelect={onSelect} />
      <Standing zxid={zxid} tree={tree} isReached={timeline.reached[index] === 1} />
      {tree !== null && (
        <>
          <div className="files-tree tree">
            <LiveTree value={false}>
              <TreeRows
                view={{ shown, marks: tree.rows.marks, committed: null, ...collapsing }}
                counts={NO_WATCHES}
                selected={path}
                editing={READ_ONLY}
                onSelect={onSelect}
              />
            </LiveTree>
          </div>
          <FileZnode path={tree.path} znode={tree.znode} />
        </>
      )}
    </>
  );
}

interface StandingProps {
  readonly zxid: number;
  readonly tree: TreeLook | null;
  readonly isReached: boolean;
}

function Standing({ zxid, tree, isReached }: StandingProps) {
  const run = useRun();
  const line = `files run ${hexZxid(zxid)}`;
  return (
    <div className="files-standing">
      <p>
        {tree === null && unreachedReason(zxid)}
        {tree?.isSalvaged && 'From a damaged snapshot: what could be read, unchecked. '}
        {tree !== null && (
          <>
            {plural(tree.sessionCount, 'session')}, tree digest{' '}
            <span className="mono">{String(tree.digest)}</span>
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
