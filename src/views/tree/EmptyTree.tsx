/** What to do when there is nothing to see yet. */

import { useRun } from '../LabContext.ts';

const LINE = 'create /hello world';

export function EmptyTree() {
  const run = useRun();
  return (
    <div className="tree-empty">
      <p>
        Only <code className="mono">/zookeeper</code>. Try <code className="mono">{LINE}</code>
      </p>
      <button type="button" className="button" onClick={() => run(LINE)}>
        Create /hello
      </button>
    </div>
  );
}
