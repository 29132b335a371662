import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { reduceForeignLoad } from '../routing/foreign-load';
import type { ForeignLoad } from '../routing/foreign-load';
import { resolveForeignCooldown, selectLongerCooldown } from '../routing/foreign-cooldown';
import type { ForeignCooldown } from '../routing/foreign-cooldown';
import type { PeakEwma } from '../routing/peak-ewma';
import type { CooldownContext } from '../routing/cooldown-rules';
import type { DeploymentReport, Neighbours } from '../state/replica-report';

export interface NeighboursView {
  readonly loads: ReadonlyMap<string, ForeignLoad>;
  readonly rests: ReadonlyMap<string, ForeignCooldown>;
}

export const NOBODY: NeighboursView = { loads: new Map(), rests: new Map() };

export interface NeighboursContext {
  /** By id; of others nothing is taken over, as while a new configuration is rolled out. */
  readonly deployments: ReadonlyMap<string, { readonly config: DeploymentConfig }>;
  readonly router: CooldownContext['router'];
  readonly nowMs: number;
  readonly wallMs: number;
}

/** What all the others say of each deployment, in this replica's own time. */
export function readNeighbours(
  { reports }: Pick<Neighbours, 'reports'>,
  context: NeighboursContext,
): NeighboursView {
  const loads = new Map<string, ForeignLoad>();
  const rests = new Map<string, ForeignCooldown>();
  for (const report of reports) {
    for (const [id, told] of Object.entries(report.deployments)) {
      const deployment = context.deployments.get(id)?.config;
      if (deployment === undefined) continue;
      const load = readLoad(told, context.nowMs);
      const before = loads.get(id);
      loads.set(id, before === undefined ? load : reduceForeignLoad(before, load));
      const rest = readCooldown(told, deployment, context);
      if (rest !== null) rests.set(id, selectLongerCooldown(rests.get(id) ?? null, rest));
    }
  }
  return { loads, rests };
}

function readLoad(told: DeploymentReport, nowMs: number): ForeignLoad {
  const { inFlight, minute, requests, tokens, answers } = told;
  const at = (answer: PeakEwma | null): PeakEwma | null =>
    answer === null ? null : { ...answer, atMs: nowMs - answer.atMs };
  const dated = { json: at(answers.json), stream: at(answers.stream) };
  return { inFlight, minute, requests, tokens, answers: dated };
}

function readCooldown(
  { restsUntilMs, restReason }: DeploymentReport,
  deployment: DeploymentConfig,
  { nowMs, wallMs, router }: NeighboursContext,
): ForeignCooldown | null {
  if (restsUntilMs === null) return null;
  const rest = { untilMs: nowMs + restsUntilMs - wallMs, reason: restReason };
  return resolveForeignCooldown(rest, { nowMs, deployment, router });
}
