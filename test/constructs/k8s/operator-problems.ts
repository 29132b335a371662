import type { Manifest } from './manifests';

/** The fields that may stand in an object, what each holds, and which must be there. */
interface Shape {
  readonly required: readonly string[];
  readonly fields: Readonly<Record<string, Check>>;
}
type Check = RegExp | Shape | readonly [Shape | RegExp] | 'labels';

const TEXT = /^.+$/s;
const DURATION = /^(\d+(ms|[smhdwy]))+$/;
const LABELS = 'labels';

const RELABELING: Shape = {
  required: [],
  fields: { action: /^(replace|keep|drop|labelmap)$/, targetLabel: TEXT, replacement: TEXT },
};
const ENDPOINT: Shape = {
  required: ['port'],
  fields: {
    port: TEXT,
    path: /^\//,
    interval: DURATION,
    scrapeTimeout: DURATION,
    relabelings: [RELABELING],
  },
};
const monitor = (endpoints: string): Shape => ({
  required: ['selector', endpoints],
  fields: {
    namespaceSelector: { required: [], fields: { matchNames: [TEXT] } },
    selector: { required: [], fields: { matchLabels: LABELS } },
    [endpoints]: [ENDPOINT],
  },
});
const RULE: Shape = {
  required: ['alert', 'expr'],
  fields: { alert: TEXT, expr: TEXT, for: DURATION, labels: LABELS, annotations: LABELS },
};

/**
 * The part of the operator's schemas that is used here; any other field is a problem, so that a misspelt one is found.
 *
 * @see https://prometheus-operator.dev/docs/api-reference/api/
 */
const SPECS: Readonly<Record<string, Shape>> = {
  ServiceMonitor: monitor('endpoints'),
  PodMonitor: monitor('podMetricsEndpoints'),
  PrometheusRule: {
    required: [],
    fields: { groups: [{ required: ['name'], fields: { name: TEXT, rules: [RULE] } }] },
  },
};

/** What the Prometheus Operator would find wrong with its objects. */
export function operatorProblems(manifests: readonly Manifest[]): readonly string[] {
  return manifests
    .filter((each) => String(each.apiVersion).startsWith('monitoring.coreos.com/'))
    .flatMap((each) => {
      const spec = SPECS[each.kind];
      const path = `${each.kind}/${each.metadata?.name}`;
      if (spec === undefined || each.apiVersion !== 'monitoring.coreos.com/v1') {
        return [`${path}: ${each.apiVersion} has no such kind`];
      }
      const whole: Shape = {
        required: ['apiVersion', 'kind', 'metadata', 'spec'],
        fields: {
          apiVersion: TEXT,
          kind: TEXT,
          metadata: {
            required: ['name'],
            fields: { name: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, namespace: TEXT, labels: LABELS },
          },
          spec,
        },
      };
      return check(each, whole, path);
    });
}

function check(value: Manifest, expected: Check, path: string): readonly string[] {
  if (expected instanceof RegExp) {
    return typeof value === 'string' && expected.test(value) ? [] : [`${path} is wrong`];
  }
  if (expected === LABELS) {
    return Object.entries(value).flatMap(([key, text]) => check(text, TEXT, `${path}.${key}`));
  }
  if (Array.isArray(expected)) {
    const [each] = expected as readonly [Shape | RegExp];
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item: Manifest, index) => check(item, each, `${path}[${index}]`));
  }
  const { required, fields } = expected as Shape;
  if (typeof value !== 'object' || value === null) return [`${path} is no object`];
  return [
    ...required
      .filter((name) => value[name] === undefined)
      .map((name) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const field = fields[name];
      return field === undefined
        ? [`${path}.${name} is unknown`]
        : check(item, field, `${path}.${name}`);
    }),
  ];
}
