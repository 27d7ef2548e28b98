/** The data of a znode as an input in its row: Enter sends, Escape leaves it as it was. */

import { useEffect, useRef } from 'react';

export interface DataEditorProps {
  readonly label: string;
  readonly text: string;
  readonly onSubmit: (text: string) => void;
  readonly onCancel: () => void;
}

export function DataEditor({ label, text, onSubmit, onCancel }: DataEditorProps) {
  const input = useRef<HTMLInputElement>(null);
  const isEnded = useRef(false);
  useEffect(() => input.current?.select(), []);
  // Ending moves the focus, which is no second end.
  const end = (how: () => void): void => {
    if (isEnded.current) return;
    isEnded.current = true;
    how();
  };
  return (
    <input
      ref={input}
      className="field tree-editor mono"
      aria-label={label}
      title="Enter sends, Escape leaves it as it was"
      defaultValue={text}
      spellCheck={false}
      autoComplete="off"
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onBlur={() => end(onCancel)}
      onKeyDown={(event) => {
        event.stopPropagation();
        const { value } = event.currentTarget;
        if (event.key === 'Enter') end(() => onSubmit(value));
        if (event.key === 'Escape') end(onCancel);
      }}
    />
  );
}
