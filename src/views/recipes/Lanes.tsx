/** Lines of those who wait: a read-write lock, a semaphore, a lock that everybody watches. */

import type { HerdView, ReadWriteView, SemaphoreView } from '../../lab/recipes/lines.ts';
import { ParticipantButton } from '../inspector/ObjectButton.tsx';
import { useWake } from '../queue/useWake.ts';
import { SCROLLABLE } from '../scrollable.ts';
import { CARDS_MAX, Card, More, PlaceCard, Stragglers } from './parts.tsx';

/** Column by turn, row by side: who stands in lit boxes holds together. */
export function ReadWriteLanes({ view, path }: { view: ReadWriteView; path: string }) {
  const shown = view.places.slice(0, CARDS_MAX);
  return (
    <>
      <section
        className="queue-scroll"
        {...SCROLLABLE}
        aria-label={`Readers and writers of ${path}`}
      >
        <div className="lanes">
          <span className="lane-name muted" aria-hidden="true">
            read
          </span>
          <span className="lane-name muted" aria-hidden="true">
            write
          </span>
          <ol className="lane-places">
            {shown.map((place, index) => (
              <PlaceCard
                key={place.path}
                place={place}
                word={`${place.holds ? '' : 'waits to '}${place.side}${place.holds ? 's' : ''}`}
                style={{ gridColumn: index + 1, gridRow: place.side === 'read' ? 1 : 2 }}
              />
            ))}
          </ol>
        </div>
      </section>
      <More count={view.places.length - shown.length} what="in line" />
      <Stragglers stragglers={view.stragglers} />
    </>
  );
}

export function SemaphoreSlots({ view }: { view: SemaphoreView }) {
  const { holders, waiting, leases, stragglers } = view;
  const free = Math.max(0, (leases ?? holders.length) - holders.length);
  const held = holders.slice(0, CARDS_MAX);
  const freeShown = Math.min(free, CARDS_MAX - held.length);
  const shown = waiting.slice(0, CARDS_MAX);
  return (
    <>
      <ol className="seats" aria-label="Leases">
        {held.map((place) => (
          <PlaceCard key={place.path} place={place} word="holds" />
        ))}
        {Array.from({ length: freeShown }, (_, index) => (
          <Card
            key={`free ${index}`}
            name="free"
            word={`lease ${held.length + index + 1}`}
            isFree
          />
        ))}
      </ol>
      <More count={holders.length + free - held.length - freeShown} what="of them" />
      {shown.length > 0 && (
        <>
          <h3 className="recipe-part muted">In line</h3>
          <ol className="seats" aria-label="Waiting">
            {shown.map((place) => (
              <PlaceCard key={place.path} place={place} word="waits" />
            ))}
          </ol>
        </>
      )}
      <More count={waiting.length - shown.length} what="in line" />
      <Stragglers stragglers={stragglers} />
    </>
  );
}

export function HerdLane({ view, path }: { view: HerdView; path: string }) {
  const { holder, waiting } = view;
  const wake = useWake(path, [
    ...(holder === null ? [] : [holder.owner.sessionId]),
    ...waiting.map(({ sessionId }) => sessionId),
  ]);
  const shown = waiting.slice(0, CARDS_MAX);
  return (
    <>
      {wake !== null && (
        <p className="recipe-part">
          <span className="queue-wake">
            woken {wake.woken} of {wake.of}
          </span>{' '}
          <span className="muted">by the last release: a herd, of which one wins</span>
        </p>
      )}
      <ol className="seats" aria-label="Holder and herd">
        {holder !== null && <PlaceCard place={holder} word="holds" />}
        {shown.map(({ client, condition, isWatching }) => (
          <Card
            key={client}
            name={<ParticipantButton id={client} />}
            condition={condition}
            word="waits"
          >
            <span className="muted">
              {isWatching ? 'watches the holder' : 'watches nothing yet'}
            </span>
          </Card>
        ))}
      </ol>
      <More count={waiting.length - shown.length} what="in the herd" />
    </>
  );
}
