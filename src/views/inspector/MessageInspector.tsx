/** One message on the wire; what was last known of it stays after it has arrived. */

import { useState } from 'react';
import { messageDeeds } from '../../lab/console/deeds.ts';
import { formatBytes, formatClock, formatSpan } from '../../lab/format.ts';
import type { EnsembleState, MessageView } from '../../lab/model.ts';
import { messageIn } from '../../lab/recorder/MessageTable.ts';
import { useEnsemble, useHandles } from '../LabContext.ts';
import { ObjectButton, ParticipantButton, ZxidButton } from './ObjectButton.tsx';
import { Deeds, Field, Fields, Gone, Title } from './parts.tsx';

const LOSS_TEXT: Readonly<Record<string, string>> = {
  cut: 'the link is cut',
  loss: 'the link loses some',
  down: 'nobody is there to receive it',
};

export function MessageInspector({ messageKey }: { messageKey: string }) {
  const { lab } = useHandles();
  const current = useEnsemble((_: EnsembleState) => lab.recorder.messages.get(messageKey));
  const [last, setLast] = useState(() => current ?? messageIn(lab.recorder.events, messageKey));
  if (current !== undefined && current !== last) setLast(current);
  if (last === undefined) return <Gone>This message is no longer recorded.</Gone>;
  return (
    <>
      <Title kind="Message" name={last.kind} note={last.text} />
      {current !== undefined && current.diesUs === null && (
        <Deeds label="Actions for this message" deeds={messageDeeds(current)} />
      )}
      <Fields>
        <Field name="From">
          <ParticipantButton id={last.from} />
        </Field>
        <Field name="To">
          <ParticipantButton id={last.to} />
        </Field>
        <Field name="Link">
          <ObjectButton selection={{ type: 'link', from: last.from, to: last.to }}>
            {last.channel}
          </ObjectButton>
        </Field>
        <Field name="Sent">{formatClock(last.sentUs)}</Field>
        <Field name={outcomeOf(last)}>
          <Outcome message={last} isGone={current === undefined} />
        </Field>
        {last.zxid > 0 && (
          <Field name="Zxid">
            <ZxidButton zxid={last.zxid} />
          </Field>
        )}
        <Field name="Size">{formatBytes(last.bytes)}</Field>
      </Fields>
    </>
  );
}

function outcomeOf({ diesUs, heldUs }: MessageView): string {
  if (diesUs !== null) return 'Lost';
  return heldUs === null ? 'Arrives' : 'Held';
}

function Outcome({ message, isGone }: { message: MessageView; isGone: boolean }) {
  const { arriveUs, sentUs, heldUs, diesUs, lossReason } = message;
  if (diesUs !== null) {
    return (
      <>
        at {formatClock(diesUs)}: {LOSS_TEXT[lossReason] ?? lossReason}
      </>
    );
  }
  if (heldUs !== null && !isGone) {
    return <>since {formatClock(heldUs)}; what follows on the link waits too</>;
  }
  return (
    <>
      {formatClock(arriveUs)}{' '}
      <span className="muted">
        after {formatSpan(arriveUs - sentUs)}
        {isGone ? '; it has arrived' : ''}
      </span>
    </>
  );
}
