/** What the views of recipes are made of. */

import type { CSSProperties, ReactNode } from 'react';
import { hexZxid, listOf, shortZxid } from '../../lab/format.ts';
import type { Place } from '../../lab/recipes/lines.ts';
import type { Condition, Owner, Straggler } from '../../lab/recipes/Source.ts';
import { ObjectButton, ParticipantButton } from '../inspector/ObjectButton.tsx';

/** Cards that are drawn of one list; the others are counted. */
export const CARDS_MAX = 24;

const CONDITION_WORDS: Readonly<Record<Condition, string>> = {
  up: '',
  paused: 'paused',
  cutOff: 'cut off',
  gone: 'gone',
};

export function OwnerName({ owner: { client, sessionId } }: { owner: Owner }) {
  return client === null ? (
    <span title={sessionId}>gone client</span>
  ) : (
    <ParticipantButton id={client} />
  );
}

export function ConditionMark({ condition }: { condition: Condition }) {
  const word = CONDITION_WORDS[condition];
  return word === '' ? null : <span className="recipe-condition">{word}</span>;
}

export const Differs = ({ children }: { children: string }) =>
  children === '' ? null : <span className="recipe-differs">{children}</span>;

export interface CardProps {
  readonly name: ReactNode;
  /** What it does there. */
  readonly word?: string;
  readonly condition?: Condition;
  readonly isLit?: boolean;
  readonly isFree?: boolean;
  readonly differs?: string;
  readonly style?: CSSProperties;
  readonly children?: ReactNode;
}

export function Card(props: CardProps) {
  const { name, word, condition = 'up', isLit, isFree, differs = '', style, children } = props;
  const tone = isLit === true ? ' seat-lit' : isFree === true ? ' seat-free' : '';
  return (
    <li className={`seat${tone}`} style={style}>
      <span className="seat-head">
        <span className="seat-name">{name}</span>
        {word !== undefined && <span className="seat-role">{word}</span>}
      </span>
      <ConditionMark condition={condition} />
      {children}
      <Differs>{differs}</Differs>
    </li>
  );
}

export interface PlaceCardProps {
  readonly place: Place;
  readonly word: string;
  readonly style?: CSSProperties;
}

/** A znode in line: whose it is, its number, its fence. */
export function PlaceCard({ place, word, style }: PlaceCardProps) {
  const { owner, path, sequence, fence, holds, differs } = place;
  return (
    <Card
      name={<OwnerName owner={owner} />}
      word={word}
      condition={owner.condition}
      isLit={holds}
      differs={differs}
      {...(style !== undefined && { style })}
    >
      <span className="seat-number muted">
        <ObjectButton selection={{ type: 'znode', path }} title={path}>
          …{String(sequence).padStart(4, '0').slice(-4)}
        </ObjectButton>
        {holds && (
          <span title={`Fencing number: zxid ${hexZxid(fence)}`}> fence {shortZxid(fence)}</span>
        )}
      </span>
    </Card>
  );
}

export function More({ count, what }: { count: number; what: string }) {
  if (count <= 0) return null;
  return (
    <p className="recipe-more muted">
      and {count} more {what}
    </p>
  );
}

export function Stragglers({ stragglers }: { stragglers: readonly Straggler[] }) {
  if (stragglers.length === 0) return null;
  const names = listOf(stragglers.map(({ client }) => client));
  const verb = stragglers.length === 1 ? 'believes that it holds' : 'believe that they hold';
  return (
    <p className="recipe-differs">
      {names} still {verb} what the service has given up.
    </p>
  );
}
