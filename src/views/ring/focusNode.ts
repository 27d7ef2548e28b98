/** Moves the keyboard to a server or client of the ring. */

import { isServerId, type ParticipantId } from '../../network/address.ts';

export function focusNode(id: ParticipantId): void {
  const attribute = isServerId(id) ? 'data-server' : 'data-client';
  document.querySelector<SVGElement>(`[${attribute}="${id}"]`)?.focus();
}
