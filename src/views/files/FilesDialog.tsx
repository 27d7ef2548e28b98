/** Files of ZooKeeper's: what was found in each, and the tree at every zxid that they lead to. */

import { type ChangeEvent, useEffect, useId, useRef } from 'react';
import { useStore } from 'zustand';
import type { FilesState, Reading } from '../../lab/files/FilesState.ts';
import { lookAt } from '../../lab/files/lookAt.ts';
import { useHandles } from '../LabContext.ts';
import { sourcesOf, titleOf } from './chooseFiles.ts';
import { FileList } from './FileList.tsx';
import { HistoryView } from './HistoryView.tsx';
import './files.css';

const filesOf = (state: FilesState) => state;

export function FilesDialog() {
  const { lab } = useHandles();
  const { title, reading, opened, problem } = useStore(lab.files, filesOf);
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // So that the focus goes back to where it was.
    return () => element?.close();
  }, []);
  const close = () => lab.files.setState({ isShown: false });
  return (
    <dialog
      ref={dialog}
      className={opened === null ? 'files files-small' : 'files'}
      aria-labelledby={titleId}
      aria-busy={reading !== null}
      onCancel={close}
      // The keys of the page are for what is beneath.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header className="files-head">
        <h2 id={titleId}>Files{title === '' ? '' : `: ${title}`}</h2>
        <ChooseButton />
        <button type="button" className="button button-quiet" onClick={close}>
          Close
        </button>
      </header>
      {reading !== null && <ReadingFiles {...reading} />}
      {problem !== '' && (
        <p className="files-empty" role="alert">
          {problem}
        </p>
      )}
      {reading === null && opened === null && <NothingOpen />}
      {opened !== null && (
        <div className="files-body">
          <FileList files={opened.files} />
          <HistoryView reader={opened} />
        </div>
      )}
    </dialog>
  );
}

function ReadingFiles({ share, cancel }: Reading) {
  return (
    <div className="files-empty files-reading">
      <label>
        Reading… <progress value={share} />
      </label>
      <button type="button" className="button" onClick={cancel}>
        Cancel
      </button>
    </div>
  );
}

function ChooseButton() {
  const { lab } = useHandles();
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    const sources = sourcesOf([...(event.target.files ?? [])]);
    event.target.value = '';
    if (sources.length > 0) void lookAt(lab, titleOf(sources), sources);
  };
  return (
    <label className="button files-choose">
      Choose files
      <input type="file" multiple className="visually-hidden" onChange={onChange} />
    </label>
  );
}

function NothingOpen() {
  return (
    <div className="files-empty">
      <p>
        Drop what a ZooKeeper server keeps on its disk, from its <code>version-2</code> folder:{' '}
        <code>snapshot.*</code> (also <code>.gz</code> and <code>.snappy</code>), <code>log.*</code>
        , <code>acceptedEpoch</code>, <code>currentEpoch</code>; the folder as a whole; or the disk
        of a server of this page as it was downloaded.
      </p>
      <p>
        You see what could be read of each file and what could not, and the znodes at any zxid. From
        there an ensemble can go on. The files stay in this tab.
      </p>
    </div>
  );
}
