/**
 * What can be done to the selected znode. Every button is a console line of the client at the
 * prompt.
 */

import { type FormEvent, useState } from 'react';
import { showTab } from '../../lab/choices.ts';
import { lineOf } from '../../lab/format.ts';
import { placeAbove, recipePlaces } from '../../lab/recipes/recipePlaces.ts';
import type { TreeRow } from '../../lab/tree/treeRows.ts';
import { childPath } from '../../server/tree/systemPaths.ts';
import { useHandles, useRun } from '../LabContext.ts';
import './actions.css';

export interface ZnodeActionsProps {
  readonly row: TreeRow;
  readonly onEdit: (row: TreeRow) => void;
}

export function ZnodeActions({ row, onEdit }: ZnodeActionsProps) {
  const { lab, choices } = useHandles();
  const recipe = placeAbove(recipePlaces(lab), row.path);
  const run = useRun();
  const [isAdding, setAdding] = useState(false);
  const runOn = (command: string) => {
    const line = lineOf(command, row.path);
    if (line !== null) run(line);
  };
  if (isAdding) return <AddChild parent={row.path} onEnd={() => setAdding(false)} />;
  return (
    <fieldset className="tree-actions" aria-label={`Actions for ${row.path}`}>
      <button type="button" className="button" onClick={() => setAdding(true)}>
        Add child
      </button>
      <button type="button" className="button" onClick={() => onEdit(row)}>
        Edit
      </button>
      <button
        type="button"
        className="button"
        title="One-shot watches on the data and on the children"
        onClick={() => {
          runOn('get -w');
          runOn('ls -w');
        }}
      >
        Watch
      </button>
      {recipe !== null && (
        <button
          type="button"
          className="button"
          title="See it as a recipe"
          onClick={() => showTab(choices, 'recipes')}
        >
          Show recipe
        </button>
      )}
      <button
        type="button"
        className="button"
        disabled={row.path === '/'}
        onClick={() => runOn(row.childCount > 0 ? 'deleteall' : 'delete')}
      >
        {row.childCount > 0 ? 'Delete all' : 'Delete'}
      </button>
    </fieldset>
  );
}

/** The form was asked for by a button; typing goes on in it. */
const focusNow = (input: HTMLInputElement | null): void => input?.focus();

function AddChild({ parent, onEnd }: { parent: string; onEnd: () => void }) {
  const run = useRun();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const flags = `${form.has('ephemeral') ? ' -e' : ''}${form.has('sequential') ? ' -s' : ''}`;
    const path = childPath(parent, String(form.get('name')));
    const data = String(form.get('data'));
    const line = lineOf(`create${flags}`, path, ...(data === '' ? [] : [data]));
    if (line === null) return;
    run(line);
    onEnd();
  };
  return (
    <form
      className="tree-actions"
      aria-label={`Add a child to ${parent}`}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onEnd();
        event.stopPropagation();
      }}
    >
      <input
        className="field"
        name="name"
        placeholder="name"
        aria-label="Name"
        required
        ref={focusNow}
      />
      <input className="field" name="data" placeholder="data" aria-label="Data" />
      <label className="tree-check">
        <input type="checkbox" name="ephemeral" />
        ephemeral
      </label>
      <label className="tree-check">
        <input type="checkbox" name="sequential" />
        sequential
      </label>
      <button type="submit" className="button">
        Create
      </button>
      <button type="button" className="button button-quiet" onClick={onEnd}>
        Cancel
      </button>
    </form>
  );
}
