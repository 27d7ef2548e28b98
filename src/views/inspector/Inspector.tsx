/**
 * Everything about the one thing that is selected. Whatever it names is a button that selects
 * that.
 */

import type { Choices, Selection } from '../../lab/choices.ts';
import { useChoices } from '../LabContext.ts';
import { ClientInspector } from './ClientInspector.tsx';
import { LinkInspector } from './LinkInspector.tsx';
import { MessageInspector } from './MessageInspector.tsx';
import { ServerInspector } from './ServerInspector.tsx';
import { TxnInspector } from './TxnInspector.tsx';
import { Why } from './Why.tsx';
import { ZnodeInspector } from './ZnodeInspector.tsx';
import './inspector.css';

const selectionOf = (choices: Choices) => choices.selection;

export function Inspector() {
  const selection = useChoices(selectionOf);
  if (selection === null) {
    return (
      <p className="inspector-empty">
        Choose a server, a client, a message, a link, a znode or a cell of a log to see everything
        about it.
      </p>
    );
  }
  return (
    <div className="inspector">
      <Selected selection={selection} />
      <Why key={JSON.stringify(selection)} selection={selection} />
    </div>
  );
}

function Selected({ selection }: { selection: Selection }) {
  switch (selection.type) {
    case 'server':
      return <ServerInspector key={selection.id} id={selection.id} />;
    case 'client':
      return <ClientInspector key={selection.id} id={selection.id} />;
    case 'link': {
      const { from, to } = selection;
      return <LinkInspector key={`${from} ${to}`} from={from} to={to} />;
    }
    case 'message':
      return <MessageInspector key={selection.key} messageKey={selection.key} />;
    case 'znode':
      return <ZnodeInspector key={selection.path} path={selection.path} />;
    case 'txn':
      return <TxnInspector key={selection.zxid} zxid={selection.zxid} />;
  }
}
