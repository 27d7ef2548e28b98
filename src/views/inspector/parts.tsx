/** What all inspectors are made of: a title, fields, buttons, and a word for what is gone. */

import type { ReactNode } from 'react';
import type { Deed } from '../../lab/console/deeds.ts';
import { useRun } from '../LabContext.ts';

export interface TitleProps {
  readonly kind: string;
  readonly name: ReactNode;
  readonly note?: string;
}

export function Title({ kind, name, note = '' }: TitleProps) {
  return (
    <header className="inspector-title">
      <span className="muted">{kind}</span>
      <h3>{name}</h3>
      {note !== '' && <span className="muted">{note}</span>}
    </header>
  );
}

export const Fields = ({ children }: { children: ReactNode }) => (
  <dl className="inspector-fields">{children}</dl>
);

export interface FieldProps {
  readonly name: string;
  readonly children: ReactNode;
}

export function Field({ name, children }: FieldProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Deeds({ label, deeds }: { label: string; deeds: readonly Deed[] }) {
  const run = useRun();
  return (
    <fieldset className="inspector-deeds" aria-label={label}>
      {deeds.map(({ text, line }) => (
        <button key={text} type="button" className="button" title={line} onClick={() => run(line)}>
          {text}
        </button>
      ))}
    </fieldset>
  );
}

export const Gone = ({ children }: { children: ReactNode }) => (
  <p className="inspector-empty">{children}</p>
);
