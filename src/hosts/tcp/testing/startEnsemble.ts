/** An ensemble on free ports for one test, closed at its end. */

import { onTestFinished } from 'vitest';
import { serverId } from '../../../network/address.ts';
import { DEFAULT_SERVE_OPTIONS } from '../ServeOptions.ts';
import { type EnsembleOptions, TcpEnsemble } from '../TcpEnsemble.ts';

/** Ticks are short, so that failures are noticed soon. */
export async function startEnsemble(change: Partial<EnsembleOptions> = {}): Promise<TcpEnsemble> {
  const options = { ...DEFAULT_SERVE_OPTIONS, port: 0, seed: 1, tickTimeMs: 200, ...change };
  const ensemble = await TcpEnsemble.start(options, (message) => {
    throw new Error(message);
  });
  onTestFinished(() => ensemble.close());
  return ensemble;
}

export function portOf(ensemble: TcpEnsemble, sid: number): number {
  return ensemble.servers.get(serverId(sid))?.port.port ?? 0;
}

/** Tries again until it holds; the test's own timeout ends it. */
export async function until<T>(attempt: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const value = await attempt();
    if (value !== null && value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The server that leads now. */
export function leaderOf(ensemble: TcpEnsemble): number | null {
  for (const { server, state, phase } of ensemble.state.servers.values()) {
    if (state === 'LEADING' && phase === 'BROADCAST') return server;
  }
  return null;
}

export const kill = (ensemble: TcpEnsemble, sid: number) =>
  ensemble.perform({ type: 'kill', target: serverId(sid) });

export const restart = (ensemble: TcpEnsemble, sid: number) =>
  ensemble.perform({ type: 'restart', target: serverId(sid) });
