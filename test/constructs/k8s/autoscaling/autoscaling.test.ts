import { Autoscaling, Database } from '../../../../constructs/k8s';
import { GATEWAY_METRICS } from '../../../../lib';
import { planFacts } from '../../../contract/facts/facts';
import { readK8sFacts } from '../../../contract/facts/k8s';
import { customResourceProblems } from '../custom-resources/custom-resource-problems';
import { findConfig, findObject, type Manifest } from '../manifests';
import { aTopology } from '../plans';
import { synthesizePattern } from '../synthesize';

const ADDRESS = 'http://prometheus.monitoring.svc:9090';

function build(wish: Partial<Parameters<typeof Autoscaling.keda>[0]> = {}): readonly Manifest[] {
  const autoscaling = Autoscaling.keda({ prometheusAddress: ADDRESS, ...wish });
  return synthesizePattern({ autoscaling });
}

describe('Autoscaling', () => {
  const manifests = build();
  const scaler = findObject(manifests, 'ScaledObject', 'litellm');

  it('takes the place of the HorizontalPodAutoscaler', () => {
    expect(manifests.filter((each) => each.kind === 'HorizontalPodAutoscaler')).toEqual([]);
    expect(findObject(manifests, 'Deployment', 'litellm').spec.replicas).toBeUndefined();
    expect(synthesizePattern().filter((each) => each.kind === 'ScaledObject')).toEqual([]);
  });

  it('has only fields that KEDA knows', () => {
    expect(customResourceProblems([scaler])).toEqual([]);
    expect(
      customResourceProblems([{ ...scaler, spec: { ...scaler.spec, minReplicas: 3 } }]),
    ).toEqual(['ScaledObject/litellm: spec: Unrecognized key: "minReplicas"']);
  });

  it("sets the guide's pace and falls back to half of the most replicas", () => {
    expect(scaler.spec).toMatchObject({
      minReplicaCount: 3,
      maxReplicaCount: 20,
      pollingInterval: 15,
      cooldownPeriod: 300,
      fallback: { failureThreshold: 3, replicas: 10 },
    });
    expect(scaler.spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown).toEqual({
      stabilizationWindowSeconds: 300,
      policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
    });
  });

  it('asks for metrics that the gateway emits, of this gateway alone', () => {
    const [rate, inFlight, cpu] = scaler.spec.triggers;

    expect(rate).toEqual({
      type: 'prometheus',
      metricType: 'AverageValue',
      metadata: {
        serverAddress: ADDRESS,
        query: `sum(rate(${GATEWAY_METRICS.requests}{job="litellm",namespace="litellm",service="litellm"}[2m]))`,
        threshold: '1000',
        ignoreNullValues: 'true',
      },
    });
    expect(inFlight.metadata).toMatchObject({
      query: `sum(${GATEWAY_METRICS.inFlight}{job="litellm",namespace="litellm",service="litellm"})`,
      threshold: '200',
      ignoreNullValues: 'false',
    });
    expect(cpu).toEqual({ type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } });
  });

  it('takes thresholds, and memory where it is asked for', () => {
    const { triggers } = findObject(
      build({ requestsPerSecondPerReplica: 40, inFlightPerReplica: 55, memoryPercent: 80 }),
      'ScaledObject',
      'litellm',
    ).spec;

    expect(
      triggers.map((each: Manifest) => each.metadata.threshold ?? each.metadata.value),
    ).toEqual(['40', '55', '70', '80']);
  });

  it('gives the guarantees of the plan', () => {
    const wish = { minReplicas: 4, maxReplicas: 9, cpuPercent: 55 };
    const facts = readK8sFacts(build(wish), 'litellm');
    const { minReplicas, maxReplicas, cpuPercent, scaleDownWindowSeconds, scaleDownReplicas } =
      planFacts(aTopology({ autoscaling: wish }));

    expect(facts).toMatchObject({
      minReplicas,
      maxReplicas,
      cpuPercent,
      scaleDownWindowSeconds,
      scaleDownReplicas,
    });
  });

  it('takes as many replicas as are asked for, because poolers open no more connections for them', () => {
    const manifests = build({ maxReplicas: 60 });

    expect(findConfig(manifests, 'litellm-pooler').data['pgbouncer.ini']).toContain(
      // Two pools of ten connections for each of sixty replicas, while one of two poolers is away.
      'max_client_conn = 1200\n',
    );
    expect(
      findConfig(build({ maxReplicas: 20 }), 'litellm-pooler').data['pgbouncer.ini'],
    ).toContain('max_client_conn = 1000\n');
  });

  it('rejects 50 replicas of a database that is brought and does not accept their connections', () => {
    const autoscaling = Autoscaling.keda({ prometheusAddress: ADDRESS, maxReplicas: 50 });
    const database = Database.existing({
      host: 'db.example.com',
      password: { secretName: 'given', key: 'password' },
    });

    expect(() => synthesizePattern({ autoscaling, database })).toThrow(
      'litellm on k8s: 1 problem\n' +
        '  - database.maxConnections must be 515 or more (50 replicas × 10 connections + 15 reserved' +
        ' = 515 of 400), got 400; raise it, or lower autoscaling.maxReplicas or ' +
        'general_settings.database_connection_pool_limit',
    );
  });
});
