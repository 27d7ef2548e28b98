/**
 * Files dropped anywhere on the page are opened. What looks at them is loaded when there is
 * something to look at.
 */

import { lazy, Suspense, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { FilesState } from '../../lab/files/FilesState.ts';
import type { Lab } from '../../lab/Lab.ts';
import { useHandles } from '../LabContext.ts';
import './fileDrop.css';

const FilesDialog = lazy(async () => ({
  default: (await import('./FilesDialog.tsx')).FilesDialog,
}));

const isShownOf = ({ isShown }: FilesState) => isShown;

export function FileDrop() {
  const { lab } = useHandles();
  const isShown = useStore(lab.files, isShownOf);
  const target = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = target.current;
    return element === null ? undefined : listenForDrops(lab, element);
  }, [lab]);
  return (
    <>
      {/* A popover, since nothing else stands above an open dialog. */}
      <div ref={target} popover="manual" className="file-drop">
        <p>
          Drop <b>snapshot.*</b> and <b>log.*</b> files, a <b>version-2</b> folder, or a disk that
          was downloaded here
        </p>
      </div>
      {isShown && (
        <Suspense>
          <FilesDialog />
        </Suspense>
      )}
    </>
  );
}

function listenForDrops(lab: Lab, target: HTMLElement): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  const onDragOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (!target.matches(':popover-open')) target.showPopover();
  };
  const onDragLeave = (event: DragEvent): void => {
    if (event.relatedTarget === null) target.hidePopover();
  };
  const onDrop = (event: DragEvent): void => {
    target.hidePopover();
    const { dataTransfer } = event;
    if (!dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    // Neither outlives the event.
    const entries = [...dataTransfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
    const files = [...dataTransfer.files];
    void open(lab, entries, files);
  };
  addEventListener('dragover', onDragOver, { signal });
  addEventListener('dragleave', onDragLeave, { signal });
  addEventListener('drop', onDrop, { signal });
  return () => abort.abort();
}

async function open(
  lab: Lab,
  entries: readonly FileSystemEntry[],
  files: readonly File[],
): Promise<void> {
  const { sourcesIn, sourcesOf, titleOf } = await import('./chooseFiles.ts');
  const { lookAt } = await import('../../lab/files/lookAt.ts');
  const sources = entries.length > 0 ? await sourcesIn(entries) : sourcesOf(files);
  if (sources.length > 0) await lookAt(lab, titleOf(sources), sources);
}
