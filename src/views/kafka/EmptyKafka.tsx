/** What to do when there is no broker yet. */

import { useRun } from '../LabContext.ts';

export function EmptyKafka() {
  const run = useRun();
  return (
    <div className="kafka-empty">
      <p>
        Kafka kept its brokers, its controller and the leaders of its partitions in ZooKeeper. Start
        three brokers as clients of this ensemble and watch them elect a controller.
      </p>
      <button
        type="button"
        className="button"
        title="kafka start 3"
        onClick={() => run('kafka start 3')}
      >
        Start three brokers
      </button>
    </div>
  );
}
