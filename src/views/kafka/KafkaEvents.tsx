/** What brokers and controllers did last, the newest first, each with its znode and who did it. */

import { memo } from 'react';
import { formatClock } from '../../lab/format.ts';
import type { KafkaEvent } from '../../lab/kafkaTable.ts';
import { ObjectButton, participant } from '../inspector/ObjectButton.tsx';

/** More than that nobody reads here: the trace has all. */
const SHOWN = 30;

const GLYPHS = { controller: '♛', leader: '▲', isr: '≡', fault: '!', plain: '·' } as const;

export function KafkaEvents({ events }: { events: readonly KafkaEvent[] }) {
  return (
    <section className="kafka-part" aria-label="What Kafka did">
      <ol className="kafka-events">
        {events
          .slice(-SHOWN)
          .reverse()
          .map((event) => (
            <EventLine key={event.index} event={event} />
          ))}
      </ol>
    </section>
  );
}

const EventLine = memo(function EventLine({ event }: { event: KafkaEvent }) {
  const { atUs, who, path, text, tone, index } = event;
  return (
    <li className={tone === 'fault' ? 'kafka-event kafka-event-fault' : 'kafka-event'}>
      <time className="muted" title={`Trace event ${index}`}>
        {formatClock(atUs)}
      </time>
      <span aria-hidden="true">{GLYPHS[tone]}</span>
      <ObjectButton selection={participant(who)}>{who}</ObjectButton>
      {path === '' ? (
        <span>{text}</span>
      ) : (
        <ObjectButton selection={{ type: 'znode', path }} title={path}>
          {text}
        </ObjectButton>
      )}
    </li>
  );
});
