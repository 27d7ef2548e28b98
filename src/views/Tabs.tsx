/**
 * Tabs after the ARIA pattern: arrow keys move, the panel of the chosen tab is the only one
 * rendered.
 */

import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import './Panel.css';

export interface Tab {
  readonly id: string;
  readonly title: string;
  /** What its signs mean. */
  readonly note?: string;
  readonly render: () => ReactNode;
}

export interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
  readonly className?: string;
}

export function Tabs({ label, tabs, chosen, onChoose, className = '' }: TabsProps) {
  const prefix = useId();
  const list = useRef<HTMLDivElement>(null);
  const current = tabs.find((tab) => tab.id === chosen) ?? tabs[0];

  const onKeyDown = (event: KeyboardEvent) => {
    const target = targetOf(event.key, tabs, current);
    if (target === undefined) return;
    event.preventDefault();
    onChoose(target.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${target.id}"]`)?.focus();
  };

  return (
    <div className={`tabbed ${className}`}>
      <div role="tablist" aria-label={label} className="tab-list" ref={list} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${prefix}-${tab.id}`}
            data-tab={tab.id}
            aria-selected={tab === current}
            aria-controls={`${prefix}-panel`}
            tabIndex={tab === current ? 0 : -1}
            onClick={() => onChoose(tab.id)}
          >
            {tab.title}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${prefix}-panel`}
        aria-labelledby={`${prefix}-${current?.id}`}
        className="tab-panel"
      >
        <h2 className="visually-hidden">{current?.title}</h2>
        {current?.note !== undefined && <p className="tab-note muted">{current.note}</p>}
        {current?.render()}
      </div>
    </div>
  );
}

function targetOf(key: string, tabs: readonly Tab[], current: Tab | undefined): Tab | undefined {
  const index = current === undefined ? 0 : tabs.indexOf(current);
  switch (key) {
    case 'ArrowRight':
      return tabs[(index + 1) % tabs.length];
    case 'ArrowLeft':
      return tabs[(index + tabs.length - 1) % tabs.length];
    case 'Home':
      return tabs[0];
    case 'End':
      return tabs.at(-1);
    default:
      return undefined;
  }
}
