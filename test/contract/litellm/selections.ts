import { strict as assert } from 'node:assert';
import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { selectDeployment } from '../../../runtime/routing/select-deployment';
import type { Load } from '../../../runtime/routing/load';
import { aLoad } from '../../support/a-load';
import { deployment } from '../../support/gateway-config-builder';
import { selectionContext } from '../../support/selection-context';

type Parts = NonNullable<Parameters<typeof selectionContext>[0]>;

/** Deployments by id, with what a rule is about. */
export function group(
  parts: Readonly<Record<string, Partial<DeploymentConfig>>>,
): readonly DeploymentConfig[] {
  return Object.entries(parts).map(([id, own]) => deployment({ id, ...own }));
}

export function loads(parts: Readonly<Record<string, Partial<Load>>>): ReadonlyMap<string, Load> {
  return new Map(Object.entries(parts).map(([id, own]) => [id, aLoad(own)]));
}

/** Ids that are chosen as chance runs through its range, each once; or the reason why nobody is. */
export function choose(candidates: readonly DeploymentConfig[], parts: Parts = {}): string {
  const picks = Array.from({ length: 20 }, (_, step) => {
    const random = parts.random ?? (step + 0.5) / 20;
    const selection = selectDeployment(candidates, selectionContext({ ...parts, random }));
    return selection.kind === 'chosen' ? selection.deployment.id : selection.refusal.reason;
  });
  return [...new Set(picks)].sort().join(' ');
}

/** How often `id` is chosen, as a share. */
export function shareOf(
  id: string,
  candidates: readonly DeploymentConfig[],
  parts: Parts = {},
): number {
  const picks = Array.from({ length: 1000 }, (_, step) =>
    selectDeployment(candidates, selectionContext({ ...parts, random: (step + 0.5) / 1000 })),
  );
  const hits = picks.filter((pick) => pick.kind === 'chosen' && pick.deployment.id === id);
  return hits.length / picks.length;
}

export function equal(got: unknown, wanted: unknown): void {
  assert.deepEqual(got, wanted);
}
