import type { Problem } from '../errors';
import { parseQuantityBytes } from './parse-quantity';

/** Volumes of a StatefulSet as its manifest describes them: the size of each by the name of its template. */
export interface DescribedVolumes {
  readonly namespace: string;
  readonly set: string;
  readonly storageByTemplate: Readonly<Record<string, string>>;
}

/** A claim that is there. */
export interface LiveClaim {
  readonly name: string;
  readonly storage: string;
  /** Whether its storage class lets it grow. */
  readonly growth: 'allowed' | 'refused';
}

/** What the cluster has of a set. */
export interface LiveVolumes {
  /** Null: the set itself is gone, as after an interruption. */
  readonly storageByTemplate: Readonly<Record<string, string>> | null;
  /** Every claim of the namespace. */
  readonly claims: readonly LiveClaim[];
}

export type GrowthStep =
  | {
      readonly kind: 'expand';
      readonly namespace: string;
      readonly claim: string;
      readonly storage: string;
    }
  /** The set is deleted without its pods, and made again as it is described now. */
  | { readonly kind: 'recreate'; readonly namespace: string; readonly set: string };

export interface GrowthPlan {
  readonly steps: readonly GrowthStep[];
  readonly problems: readonly Problem[];
}

/**
 * How the volumes of a set come to the size that is described: first the claims, of which the cluster keeps each where it
 * is, then the set, whose size the API server takes only once. Nothing to do is an empty plan, and a plan that was
 * interrupted is planned again from what is there.
 */
export function planVolumeGrowth(described: DescribedVolumes, live: LiveVolumes): GrowthPlan {
  const { namespace, set } = described;
  const perTemplate = Object.entries(described.storageByTemplate).map(([template, storage]) =>
    planTemplate(described, { template, storage, claims: claimsOf(live, template, set) }),
  );
  const before = live.storageByTemplate;
  const isChanged =
    before === null ||
    Object.entries(described.storageByTemplate).some(
      ([template, storage]) => bytesOf(before[template] ?? '0') !== bytesOf(storage),
    );
  return {
    steps: [
      ...perTemplate.flatMap(({ steps }) => steps),
      ...(isChanged ? [{ kind: 'recreate', namespace, set } as const] : []),
    ],
    problems: perTemplate.flatMap(({ problems }) => problems),
  };
}

function claimsOf({ claims }: LiveVolumes, template: string, set: string): readonly LiveClaim[] {
  const prefix = `${template}-${set}-`;
  return claims.filter(
    ({ name }) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)),
  );
}

function planTemplate(
  { namespace, set }: DescribedVolumes,
  input: {
    readonly template: string;
    readonly storage: string;
    readonly claims: readonly LiveClaim[];
  },
): GrowthPlan {
  const { storage, claims } = input;
  const wanted = bytesOf(storage);
  const larger = claims.filter((claim) => bytesOf(claim.storage) > wanted);
  const smaller = claims.filter((claim) => bytesOf(claim.storage) < wanted);
  return {
    steps: smaller.map(({ name }) => ({ kind: 'expand', namespace, claim: name, storage })),
    problems: [
      ...larger.map((claim) => ({
        rule: 'volumes.shrink',
        path: `StatefulSet ${namespace}/${set}`,
        allowed: `ask for ${claim.storage} or more, because volumes never shrink and ${claim.name} has that`,
        got: storage,
        fix: 'raise the size, or restore a dump into a new deployment',
      })),
      ...smaller
        .filter(({ growth }) => growth === 'refused')
        .map((claim) => ({
          rule: 'volumes.class',
          path: `PersistentVolumeClaim ${namespace}/${claim.name}`,
          allowed: `be of a storage class with allowVolumeExpansion to grow to ${storage}`,
          got: `${claim.storage} of one without`,
          fix: 'allow it there, or restore a dump into a new deployment',
        })),
    ],
  };
}

function bytesOf(quantity: string): number {
  const bytes = parseQuantityBytes(quantity);
  if (bytes === null) throw new Error(`${JSON.stringify(quantity)} is no size of a volume`);
  return bytes;
}
