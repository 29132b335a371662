import type { Clock } from '../ports';
import type { HealthReport, HealthResultStore } from './health-result-store';

/** Shares within one process: what there is without Redis. Each replica then checks for itself. */
export class MemoryHealthResultStore implements HealthResultStore {
  private report: HealthReport | null = null;
  private turn: { readonly owner: string; readonly untilMs: number } | null = null;

  constructor(private readonly clock: Clock) {}

  read(): Promise<HealthReport | null> {
    return Promise.resolve(this.report);
  }

  write(report: HealthReport): Promise<void> {
    this.report = report;
    return Promise.resolve();
  }

  takeTurn(owner: string, leaseMs: number): Promise<'taken' | 'busy'> {
    const nowMs = this.clock.nowMs();
    if (this.turn !== null && this.turn.untilMs > nowMs) return Promise.resolve('busy');
    this.turn = { owner, untilMs: nowMs + leaseMs };
    return Promise.resolve('taken');
  }

  releaseTurn(owner: string): Promise<void> {
    if (this.turn?.owner === owner) this.turn = null;
    return Promise.resolve();
  }
}
