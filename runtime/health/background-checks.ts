import { describeTrouble } from '../describe-trouble';
import type { HealthChecksConfig } from '../../lib/config/gateway-config';
import type { Fleet } from '../dispatch/fleet';
import type { Cancel, Ports } from '../ports';
import type { DeepCheck } from './deep-check';
import type { HealthReport, HealthResultStore } from '../state/health-result-store';

export interface BackgroundChecksParts {
  readonly settings: HealthChecksConfig;
  readonly fleet: Fleet;
  readonly deepCheck: DeepCheck;
  readonly store: HealthResultStore;
  readonly ports: Pick<Ports, 'clock' | 'random' | 'writeLog'>;
  /** Tells replicas apart. */
  readonly replica: string;
}

/** Replicas start together; so far apart they begin to check. */
const START_SPREAD_MS = 10_000;
/** Replicas that started together must not ask a provider in the same second for ever. */
const JITTER = 0.1;
/** LiteLLM's lease: a replica that dies while checking holds the others up no longer. */
const LEASE_MS = 60_000;
const RETRY_MS = 5_000;

/** Asks every deployment again and again how it is. What it finds, the router and `/health` learn. */
export class BackgroundChecks {
  private last: HealthReport | null = null;
  private cancel: Cancel | null = null;
  private stopped: 'yes' | 'no' = 'no';

  constructor(private readonly parts: BackgroundChecksParts) {}

  /** The last round, of this replica or of another; null: none yet. */
  get latest(): HealthReport | null {
    return this.last;
  }

  start(): void {
    const { settings, ports } = this.parts;
    if (settings.background === 'off') return;
    const spreadMs = Math.min(START_SPREAD_MS, settings.intervalSeconds * 1000);
    this.schedule(spreadMs * ports.random.next());
  }

  stop(): void {
    this.stopped = 'yes';
    this.cancel?.();
  }

  private schedule(delayMs: number): void {
    if (this.stopped === 'yes') return;
    this.cancel = this.parts.ports.clock.after(delayMs, () => void this.run());
  }

  private async run(): Promise<void> {
    const { settings } = this.parts;
    const before = this.last;
    let next: 'interval' | 'soon' = 'interval';
    try {
      if (settings.background === 'shared') next = await this.runShared();
      else this.adopt(await this.check());
    } catch (error) {
      // A store that is down must not blind us. (The checks themselves turn every failure into a result.)
      this.logTrouble(error);
      if (this.last === before) this.adopt(await this.check());
    }
    const factor = 1 - JITTER + 2 * JITTER * this.parts.ports.random.next();
    this.schedule((next === 'soon' ? RETRY_MS : settings.intervalSeconds * 1000) * factor);
  }

  private async runShared(): Promise<'interval' | 'soon'> {
    const { store, settings, replica, ports } = this.parts;
    const known = await store.read();
    const ageMs = known === null ? Infinity : ports.clock.wallMs() - known.checkedAtMs;
    if (known !== null && ageMs < settings.intervalSeconds * 1000 * (1 - JITTER)) {
      this.adopt(known);
      return 'interval';
    }
    if ((await store.takeTurn(replica, LEASE_MS)) === 'busy') return 'soon';
    try {
      const report = await this.check();
      this.adopt(report);
      await store.write(report);
    } finally {
      await store.releaseTurn(replica);
    }
    return 'interval';
  }

  private async check(): Promise<HealthReport> {
    const { fleet, deepCheck, replica, ports } = this.parts;
    const wanted = [...fleet.targets.values()].filter(
      ({ config }) => config.healthCheck.background === 'on',
    );
    const results = await deepCheck.check(wanted);
    return { checkedAtMs: ports.clock.wallMs(), checkedBy: replica, results };
  }

  private adopt(report: HealthReport): void {
    this.last = report;
    this.parts.deepCheck.record(report.results);
  }

  private logTrouble(error: unknown): void {
    const trouble = describeTrouble(error);
    this.parts.ports.writeLog(`${JSON.stringify({ healthCheckStore: trouble })}\n`);
  }
}
