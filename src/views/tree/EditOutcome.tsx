/** What became of a change: under way, refused because somebody was faster, or failed. */

import type { ZnodeEditing } from './useZnodeEdit.ts';
import './actions.css';

export function EditOutcome({ editing }: { editing: ZnodeEditing }) {
  const { edit, submit, cancel } = editing;
  if (edit === null || edit.type === 'typing') return null;
  if (edit.type === 'sent') {
    return (
      <p className="tree-outcome muted" role="status">
        Sent to the ensemble; waiting for its answer.
      </p>
    );
  }
  return (
    <div className="tree-outcome tree-outcome-bad" role="alert">
      {edit.type === 'conflict' ? (
        <>
          <p>
            <b>{edit.path}</b> changed in the meantime.
          </p>
          <dl>
            <dt>There now</dt>
            <dd className="mono">
              {edit.theirs || '(no data)'} <span className="muted">v{edit.version}</span>
            </dd>
            <dt>Yours</dt>
            <dd className="mono">{edit.text || '(no data)'}</dd>
          </dl>
        </>
      ) : (
        <p>
          <b>{edit.path}</b> is as it was: {edit.reason}
        </p>
      )}
      <div className="tree-outcome-buttons">
        {edit.type === 'conflict' && (
          <button
            type="button"
            className="button"
            onClick={() => submit(edit.path, edit.version, edit.text)}
          >
            Set mine
          </button>
        )}
        <button type="button" className="button" onClick={cancel}>
          {edit.type === 'conflict' ? 'Keep theirs' : 'Close'}
        </button>
      </div>
    </div>
  );
}
