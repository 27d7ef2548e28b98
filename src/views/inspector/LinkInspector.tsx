/** What one sends to another: whether it arrives, how late, and what can be done to it. */

import type { FormEvent } from 'react';
import { linkDeeds } from '../../lab/console/deeds.ts';
import { formatSpan } from '../../lab/format.ts';
import type { EnsembleState, LinkView } from '../../lab/model.ts';
import type { ParticipantId } from '../../network/address.ts';
import { useEnsemble, useRun } from '../LabContext.ts';
import { ObjectButton, ParticipantButton } from './ObjectButton.tsx';
import { Deeds, Field, Fields, Title } from './parts.tsx';

const linksOf = (state: EnsembleState) => state.links;

export interface LinkInspectorProps {
  readonly from: ParticipantId;
  readonly to: ParticipantId;
}

export function LinkInspector({ from, to }: LinkInspectorProps) {
  const links = useEnsemble(linksOf);
  const link = links[`${from} ${to}`];
  const isCut = link?.cut === true;
  const name = `${from}>${to}`;
  return (
    <>
      <Title kind="Link" name={`${from} to ${to}`} note={isCut ? 'cut' : ''} />
      <Deeds
        label={`Actions for the link from ${from} to ${to}`}
        deeds={linkDeeds(links, { from, to })}
      />
      <Fields>
        <Field name="From">
          <ParticipantButton id={from} />
        </Field>
        <Field name="To">
          <ParticipantButton id={to} />
        </Field>
        <Field name="Messages">{fateOf(link)}</Field>
        <Field name="Extra delay">{formatSpan(link?.extraLatencyUs ?? 0)}</Field>
        <Field name="Loss">{link?.lossPercent ?? 0} %</Field>
        <Field name="Other way">
          <ObjectButton selection={{ type: 'link', from: to, to: from }}>
            {to} to {from}
          </ObjectButton>
        </Field>
      </Fields>
      <Trouble label="Extra delay" unit="ms" max={60_000} start={400} line={`slow ${name}`}>
        Slow down
      </Trouble>
      <Trouble label="Loss" unit="%" max={100} start={30} line={`lose ${name}`}>
        Lose
      </Trouble>
    </>
  );
}

function fateOf(link: LinkView | undefined): string {
  if (link?.cut === true) return 'are all lost at the cut';
  return link?.held === true ? 'wait until the link is released' : 'get through';
}

interface TroubleProps {
  readonly label: string;
  readonly unit: string;
  readonly max: number;
  readonly start: number;
  /** Console line without its number. */
  readonly line: string;
  readonly children: string;
}

function Trouble({ label, unit, max, start, line, children }: TroubleProps) {
  const run = useRun();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    run(`${line} ${new FormData(event.currentTarget).get('amount')}`);
  };
  return (
    <form className="inspector-trouble" onSubmit={submit}>
      <label>
        <span>{label}</span>
        <input
          className="field"
          type="number"
          name="amount"
          min={0}
          max={max}
          step={1}
          defaultValue={start}
          required
        />
        <span className="muted">{unit}</span>
      </label>
      <button type="submit" className="button">
        {children}
      </button>
    </form>
  );
}
