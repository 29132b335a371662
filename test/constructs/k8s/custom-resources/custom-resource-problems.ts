import type { z } from 'zod';
import type { Manifest } from '../manifests';
import { CHAOS_MESH } from './chaos-mesh';
import { CLOUD_NATIVE_PG } from './cloud-native-pg';
import { EXTERNAL_DNS } from './external-dns';
import { EXTERNAL_SECRETS } from './external-secrets';
import { KEDA } from './keda';
import { PROMETHEUS_OPERATOR } from './prometheus-operator';
import { TRAFFIC } from './traffic';

/**
 * The parts of the schemas of custom resources that are used here, each with its source. Any other field is a problem, so
 * that a misspelt one is found; the cluster would drop it in silence.
 */
const SCHEMAS: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  [
    ...CHAOS_MESH,
    ...CLOUD_NATIVE_PG,
    ...EXTERNAL_DNS,
    ...EXTERNAL_SECRETS,
    ...KEDA,
    ...PROMETHEUS_OPERATOR,
    ...TRAFFIC,
  ].map((schema) => {
    const { shape } = schema as z.ZodObject<{
      apiVersion: z.ZodLiteral<string>;
      kind: z.ZodLiteral<string>;
    }>;
    return [`${shape.apiVersion.value} ${shape.kind.value}`, schema];
  }),
);

/** Whether an object is none of Kubernetes's own. */
export function isCustomResource({ apiVersion }: Manifest): boolean {
  const [group, version] = String(apiVersion).split('/');
  return (
    version !== undefined &&
    String(group).includes('.') &&
    (!String(group).endsWith('.k8s.io') ||
      ['gateway.networking.k8s.io', 'externaldns.k8s.io'].includes(String(group)))
  );
}

/** What the clusters' operators would find wrong with their objects. */
export function customResourceProblems(manifests: readonly Manifest[]): readonly string[] {
  return manifests.filter(isCustomResource).flatMap((each) => {
    const name = `${each.kind}/${each.metadata?.name}`;
    const schema = SCHEMAS[`${each.apiVersion} ${each.kind}`];
    if (schema === undefined) return [`${name}: ${each.apiVersion} has no such kind`];
    return (schema.safeParse(each).error?.issues ?? []).map(
      ({ path, message }) => `${name}: ${path.join('.')}: ${message}`,
    );
  });
}
