/** A run while it is executed: its conductor, and what has been recorded of it. */

import type { Conductor } from '../../conductor/Conductor.ts';
import type { EnsembleConfig } from '../../conductor/config.ts';
import type { TraceEvent } from '../../trace/TraceEvent.ts';
import { Recorder } from '../recorder/Recorder.ts';
import type { HistoryBase } from '../recorder/TxnHistory.ts';

export type CreateConductor = (
  config: EnsembleConfig,
  onTrace: (events: readonly TraceEvent[]) => void,
) => Conductor;

export class Execution {
  readonly config: EnsembleConfig;
  readonly base: HistoryBase | null;
  readonly conductor: Conductor;
  readonly recorder: Recorder;
  readonly #said: TraceEvent[] = [];

  /** `base`: what the disks of `config` hold at first. */
  constructor(createConductor: CreateConductor, config: EnsembleConfig, base: HistoryBase | null) {
    this.config = config;
    this.base = base;
    this.recorder = new Recorder(config, base);
    this.conductor = createConductor(config, (events) => {
      for (const event of events) this.#said.push(event);
    });
  }

  /** Records what has happened since the last call, and returns it. */
  record(): readonly TraceEvent[] {
    const events = this.#said.splice(0);
    this.recorder.record(events, this.conductor.nowUs);
    return events;
  }

  /** Carries out what is asked for already, and all that happens at this microsecond. */
  async settle(): Promise<void> {
    await this.conductor.advanceTo(0);
    await this.conductor.advanceTo(this.conductor.nowUs);
  }

  dispose(): void {
    this.conductor.dispose();
  }
}
