/** A titled region of the page. Its body scrolls; it never overlaps another. */

import type { ReactNode } from 'react';
import './Panel.css';

export interface PanelProps {
  readonly title: string;
  /** Controls at the right end of the title. */
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Panel({ title, actions, className = '', children }: PanelProps) {
  return (
    <section className={`panel ${className}`} aria-label={title}>
      <header className="panel-head">
        <h2>{title}</h2>
        {actions !== undefined && <div className="panel-actions">{actions}</div>}
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}
