import { type Problem, SpecError } from '../../lib';
import {
  type DescribedVolumes,
  type GrowthStep,
  type LiveClaim,
  type LiveVolumes,
  planVolumeGrowth,
} from '../../lib/volumes/plan-volume-growth';
import type { Kubectl } from './kubectl';

export interface GrowVolumesInput {
  readonly kubectl: Kubectl;
  /** File or folder with the manifests that describe the new size. */
  readonly manifests: string;
  /** Sets that may be made again. Every other one is only reported. */
  readonly confirmed: readonly string[];
  readonly report: (line: string) => void;
}

interface ClaimTemplate {
  readonly metadata: { readonly name: string };
  readonly spec: Requesting;
}

interface Requesting {
  readonly storageClassName?: string;
  readonly resources: { readonly requests: { readonly storage: string } };
}

interface StatefulSet {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: { readonly volumeClaimTemplates?: readonly ClaimTemplate[] };
}

interface List<Item> {
  readonly items: readonly Item[];
}

interface StorageClass {
  readonly metadata: { readonly name: string };
  readonly allowVolumeExpansion?: boolean;
}

interface Claim {
  readonly metadata: { readonly name: string };
  readonly spec: Requesting;
}

/**
 * Brings the volumes of StatefulSets to the size that their manifests describe, while their pods run.
 *
 * @throws {SpecError} naming every volume that would shrink or cannot grow; then nothing was changed.
 */
export async function growVolumes(input: GrowVolumesInput): Promise<void> {
  const { kubectl, confirmed, report } = input;
  const sets = await readDescribed(input);
  const plans: { readonly set: StatefulSet; readonly steps: readonly GrowthStep[] }[] = [];
  const problems: Problem[] = [];
  for (const set of sets) {
    const described = describe(set);
    const plan = planVolumeGrowth(described, await readLive(kubectl, described));
    plans.push({ set, steps: plan.steps });
    problems.push(...plan.problems);
  }
  if (problems.length > 0) throw new SpecError('volumes', problems);
  for (const { set, steps } of plans) {
    const { name } = set.metadata;
    if (steps.length === 0) {
      report(`${name}: as described`);
      continue;
    }
    for (const step of steps) report(`${name}: ${describeStep(step)}`);
    if (!confirmed.includes(name)) {
      report(`${name}: nothing was done; to do it: --confirm ${name}`);
      continue;
    }
    for (const step of steps) await take(kubectl, step, set);
    report(`${name}: done`);
  }
}

/** kubectl reads what kubectl applies: files, folders and every dialect of YAML. */
async function readDescribed({
  kubectl,
  manifests,
}: GrowVolumesInput): Promise<readonly StatefulSet[]> {
  const text = await kubectl([
    ...['create', '--dry-run=client', '--validate=false', '--output', 'json'],
    ...['--filename', manifests],
  ]);
  const { items } = parseObjects(text);
  return items
    .filter(({ kind }) => kind === 'StatefulSet')
    .map((object) => object as unknown as StatefulSet)
    .filter(({ spec }) => (spec.volumeClaimTemplates ?? []).length > 0);
}

/** A single object comes alone, and several as a List or one after the other. */
function parseObjects(text: string): List<{ readonly kind: string }> {
  const joined = `[${text.trim().replace(/\}\s*\n\s*\{/g, '},{')}]`;
  const parsed = JSON.parse(joined) as readonly ({ readonly kind: string } & Partial<
    List<{ readonly kind: string }>
  >)[];
  return { items: parsed.flatMap((each) => (each.kind === 'List' ? (each.items ?? []) : [each])) };
}

function describe({ metadata, spec }: StatefulSet): DescribedVolumes {
  return {
    namespace: metadata.namespace ?? 'default',
    set: metadata.name,
    storageByTemplate: storageByTemplate(spec.volumeClaimTemplates ?? []),
  };
}

function storageByTemplate(templates: readonly ClaimTemplate[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    templates.map(({ metadata, spec }) => [metadata.name, spec.resources.requests.storage]),
  );
}

async function readLive(
  kubectl: Kubectl,
  { namespace, set }: DescribedVolumes,
): Promise<LiveVolumes> {
  const get = async <Result>(args: readonly string[]): Promise<Result | null> => {
    const text = await kubectl(['get', ...args, '--ignore-not-found', '--output', 'json']);
    return text.trim() === '' ? null : (JSON.parse(text) as Result);
  };
  const live = await get<StatefulSet>(['statefulset', set, '--namespace', namespace]);
  const claims = await get<List<Claim>>(['persistentvolumeclaims', '--namespace', namespace]);
  const classes = await get<List<StorageClass>>(['storageclasses']);
  const growing = new Set(
    (classes?.items ?? [])
      .filter(({ allowVolumeExpansion }) => allowVolumeExpansion === true)
      .map(({ metadata }) => metadata.name),
  );
  return {
    storageByTemplate:
      live === null ? null : storageByTemplate(live.spec.volumeClaimTemplates ?? []),
    claims: (claims?.items ?? []).map(({ metadata, spec }): LiveClaim => ({
      name: metadata.name,
      storage: spec.resources.requests.storage,
      growth: growing.has(spec.storageClassName ?? '') ? 'allowed' : 'refused',
    })),
  };
}

function describeStep(step: GrowthStep): string {
  switch (step.kind) {
    case 'expand':
      return `expand ${step.claim} to ${step.storage}`;
    case 'recreate':
      return 'delete the set without its pods, and make it again as described';
  }
}

async function take(kubectl: Kubectl, step: GrowthStep, set: StatefulSet): Promise<void> {
  switch (step.kind) {
    case 'expand': {
      const patch = { spec: { resources: { requests: { storage: step.storage } } } };
      const claim = ['persistentvolumeclaim', step.claim, '--namespace', step.namespace];
      await kubectl(['patch', ...claim, '--patch', JSON.stringify(patch)]);
      return;
    }
    case 'recreate': {
      const target = ['statefulset', step.set, '--namespace', step.namespace];
      await kubectl(['delete', ...target, '--cascade=orphan', '--ignore-not-found']);
      await kubectl(['apply', '--filename', '-'], JSON.stringify(set));
      return;
    }
  }
}
