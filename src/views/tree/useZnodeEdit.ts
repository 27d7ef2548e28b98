/**
 * Changing the data of a znode in its row: a `set` that carries the version that was seen, so that
 * a change by somebody else is never overwritten unseen.
 */

import { useCallback, useState } from 'react';
import { lineOf, previewData, readableText } from '../../lab/format.ts';
import type { EnsembleState } from '../../lab/model.ts';
import type { TreeRow } from '../../lab/tree/treeRows.ts';
import { useHandles } from '../LabContext.ts';

export type ZnodeEdit =
  | {
      readonly type: 'typing';
      readonly path: string;
      readonly version: number;
      readonly text: string;
    }
  | { readonly type: 'sent'; readonly path: string; readonly text: string }
  /** Somebody was faster: both values, and the version that would be overwritten now. */
  | {
      readonly type: 'conflict';
      readonly path: string;
      readonly version: number;
      readonly text: string;
      readonly theirs: string;
    }
  | {
      readonly type: 'failed';
      readonly path: string;
      readonly text: string;
      readonly reason: string;
    };

export interface ZnodeEditing {
  readonly edit: ZnodeEdit | null;
  readonly begin: (row: Pick<TreeRow, 'path' | 'version' | 'data'>) => void;
  readonly submit: (path: string, version: number, text: string) => void;
  readonly cancel: () => void;
}

const PREVIEW_MAX = 200;

export function useZnodeEdit(): ZnodeEditing {
  const { lab, transcript } = useHandles();
  const [edit, setEdit] = useState<ZnodeEdit | null>(null);

  const submit = async (path: string, version: number, text: string): Promise<void> => {
    const line = lineOf(`set -v ${version}`, path, text);
    if (line === null) {
      const reason = 'The console cannot write a line end, or both kinds of quotes in one value.';
      setEdit({ type: 'failed', path, text, reason });
      return;
    }
    const sent: ZnodeEdit = { type: 'sent', path, text };
    setEdit(sent);
    const result = await transcript.run(line);
    const outcome = result.ok ? null : outcomeOf(path, version, text, result.text);
    // Another edit may have begun while this one was under way.
    setEdit((now) => (now === sent ? outcome : now));
  };

  const outcomeOf = (path: string, version: number, text: string, reason: string): ZnodeEdit => {
    const state: EnsembleState = lab.ensemble.getState();
    const node = lab.recorder.history.treeAt(state.committedZxid).getNode(path);
    if (node === undefined || node.version === version)
      return { type: 'failed', path, text, reason };
    const theirs = previewData(node.data, PREVIEW_MAX);
    return { type: 'conflict', path, version: node.version, text, theirs };
  };

  const begin = useCallback<ZnodeEditing['begin']>(({ path, version, data }) => {
    const text = data === null ? '' : (readableText(data) ?? '');
    setEdit({ type: 'typing', path, version, text });
  }, []);

  return {
    edit,
    begin,
    submit: (path, version, text) => void submit(path, version, text),
    cancel: () => setEdit(null),
  };
}
