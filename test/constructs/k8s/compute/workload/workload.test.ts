import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderWorkload, type WorkloadProps } from '../../../../../constructs/k8s/compute/workload';
import { resolvePods } from '../../../../../constructs/k8s/foundation/pod-choices';
import { findConfig, findObject, type Manifest } from '../../manifests';
import { aRegionPlan } from '../../plans';

function someProps(overrides: Partial<WorkloadProps> = {}): WorkloadProps {
  const { compute, autoscaling } = aRegionPlan();
  return {
    compute,
    autoscaling,
    namespace: 'models',
    image: 'example.com/node@sha256:0',
    program: { kind: 'script', javascript: 'console.log(__filename);' },
    environment: { DATABASE_URL: 'postgresql://litellm:$(DATABASE_PASSWORD)@db/litellm' },
    secretEnvironment: {
      OPENAI_API_KEY: { secretName: 'providers', key: 'openai' },
      DATABASE_PASSWORD: { secretName: 'generated', key: 'database' },
    },
    secretProviderClass: null,
    ...overrides,
  };
}

function render(overrides: Partial<WorkloadProps> = {}): readonly Manifest[] {
  return renderWorkload(someProps(overrides));
}

describe('Workload', () => {
  const manifests = render();
  const deployment = findObject(manifests, 'Deployment', 'litellm');
  const pod = deployment.spec.template.spec;
  const [container] = pod.containers;

  it('makes its objects in the namespace given', () => {
    expect(manifests.map((each) => `${each.kind} ${each.metadata.name}`)).toEqual([
      'ServiceAccount litellm',
      `ConfigMap ${findConfig(manifests, 'litellm-config').metadata.name}`,
      `ConfigMap ${findConfig(manifests, 'litellm-gateway').metadata.name}`,
      'Deployment litellm',
      'Service litellm',
      'HorizontalPodAutoscaler litellm',
      'PodDisruptionBudget litellm',
    ]);
    for (const each of manifests) expect(each.metadata.namespace).toBe('models');
  });

  it('replaces replicas one by one, never below the number that serves', () => {
    expect(deployment.spec.replicas).toBeUndefined();
    expect(deployment.spec.minReadySeconds).toBe(10);
    expect(deployment.spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
    expect(pod.terminationGracePeriodSeconds).toBe(630);
  });

  it('spreads each generation of replicas over zones strictly and over machines softly', () => {
    const constraints = pod.topologySpreadConstraints.map((rule: Manifest) => [
      rule.topologyKey,
      rule.maxSkew,
      rule.whenUnsatisfiable,
      rule.matchLabelKeys,
      rule.minDomains,
    ]);
    expect(constraints).toEqual([
      ['topology.kubernetes.io/zone', 1, 'DoNotSchedule', ['pod-template-hash'], undefined],
      ['kubernetes.io/hostname', 1, 'ScheduleAnyway', ['pod-template-hash'], undefined],
    ]);
  });

  it('probes readiness for traffic and liveness for life', () => {
    expect(container.startupProbe).toMatchObject({
      httpGet: { path: '/health/readiness', port: 'http' },
      failureThreshold: 30,
    });
    expect(container.readinessProbe).toEqual({
      httpGet: { path: '/health/readiness', port: 'http' },
      periodSeconds: 5,
      timeoutSeconds: 3,
      successThreshold: 2,
      failureThreshold: 3,
    });
    expect(container.livenessProbe).toMatchObject({
      httpGet: { path: '/health/liveliness' },
      // The grace of the pod is that of a drain, which a frozen process would sit out.
      terminationGracePeriodSeconds: 10,
    });
  });

  it('hands secrets over first, so that other variables can use them', () => {
    const names = container.env.map((variable: Manifest) => variable.name);

    expect(names.slice(0, 2)).toEqual(['DATABASE_PASSWORD', 'OPENAI_API_KEY']);
    expect(names.indexOf('DATABASE_URL')).toBeGreaterThan(1);
    expect(container.env).toContainEqual({
      name: 'CONFIG_FILE_PATH',
      value: '/gateway/config.yaml',
    });
    expect(names).not.toContain('LITELLM_HA_REGION');
    expect(new Set(names).size).toBe(names.length);
  });

  it('lets a secret of the same name win over a value', () => {
    const [{ env }] = findObject(
      render({
        secretEnvironment: { DATABASE_URL: { secretName: 'mine', key: 'url' } },
      }),
      'Deployment',
      'litellm',
    ).spec.template.spec.containers;
    const found = env.filter((variable: Manifest) => variable.name === 'DATABASE_URL');

    expect(found).toEqual([
      { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'mine', key: 'url' } } },
    ]);
  });

  it('tells the gateway the name of its region where there is one', () => {
    const { compute } = someProps();
    const [{ env }] = findObject(
      render({ compute: { ...compute, regionName: 'eu-west-1' } }),
      'Deployment',
      'litellm',
    ).spec.template.spec.containers;

    expect(env).toContainEqual({ name: 'LITELLM_HA_REGION', value: 'eu-west-1' });
  });

  it('mounts a script that runs as if it stood there uncompressed', () => {
    const { data, binaryData } = findConfig(manifests, 'litellm-gateway');
    const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
    for (const [name, text] of Object.entries<string>(data)) {
      writeFileSync(join(folder, name), text);
    }
    for (const [name, text] of Object.entries<string>(binaryData)) {
      writeFileSync(join(folder, name), Buffer.from(text, 'base64'));
    }

    const output = execFileSync(process.execPath, [join(folder, 'gateway.js')], {
      encoding: 'utf8',
    });
    expect(output.trim()).toBe(join(folder, 'gateway.js'));
    expect(container.command).toEqual(['node', '/gateway/gateway.js']);
    expect(container.lifecycle).toBeUndefined();
  });

  it('starts an image by its own entry point and gives load balancers time to notice its end', () => {
    const changed = render({ program: { kind: 'image' } });
    const [started] = findObject(changed, 'Deployment', 'litellm').spec.template.spec.containers;

    expect(started.command).toBeUndefined();
    expect(started.args).toEqual(['--config', '/gateway/config.yaml', '--port', '4000']);
    expect(started.lifecycle).toEqual({ preStop: { sleep: { seconds: 20 } } });
    expect(changed.filter((each) => each.kind === 'ConfigMap')).toHaveLength(1);
  });

  it('starts new replicas when the configuration or the program changes, which read what they were made for', () => {
    const { compute } = someProps();
    const sources = [
      manifests,
      render({ compute: { ...compute, configYaml: 'model_list: [a]\n' } }),
      render({ program: { kind: 'script', javascript: 'other' } }),
      render(),
    ].map((each) => {
      const [volume] = findObject(each, 'Deployment', 'litellm').spec.template.spec.volumes;
      const names = volume.projected.sources.map(({ configMap }: Manifest) => configMap.name);
      for (const name of names) {
        // Nobody can change what a running pod was made for.
        expect(findObject(each, 'ConfigMap', name).immutable).toBe(true);
      }
      return JSON.stringify(names);
    });

    expect(new Set(sources).size).toBe(3);
    expect(sources[3]).toBe(sources[0]);
  });

  it('scales by processor use, at the pace of the guide', () => {
    const { spec } = findObject(manifests, 'HorizontalPodAutoscaler', 'litellm');

    expect(spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'litellm' },
      minReplicas: 3,
      maxReplicas: 20,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 60,
          policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }],
        },
        scaleDown: {
          stabilizationWindowSeconds: 300,
          policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
        },
      },
    });
  });

  it('scales by memory too where asked to', () => {
    const { autoscaling } = aRegionPlan({ autoscaling: { memoryPercent: 80 } });
    const { spec } = findObject(render({ autoscaling }), 'HorizontalPodAutoscaler', 'litellm');

    expect(spec.metrics.map((each: Manifest) => each.resource.name)).toEqual(['cpu', 'memory']);
  });

  it('lets a machine be drained, also of replicas that never became ready', () => {
    expect(findObject(manifests, 'PodDisruptionBudget', 'litellm').spec).toMatchObject({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: deployment.spec.selector,
    });
  });

  it('gives each replica 512 MiB for what must outlive a restart of its process', () => {
    expect(container.env).toContainEqual({
      name: 'LITELLM_HA_DATA_DIR',
      value: '/var/lib/litellm-ha',
    });
    expect(container.volumeMounts).toContainEqual({
      name: 'data',
      mountPath: '/var/lib/litellm-ha',
    });
    expect(pod.volumes).toContainEqual({ name: 'data', emptyDir: { sizeLimit: '512Mi' } });
  });

  it('gives each replica a volume of its own where asked to', () => {
    const dataVolume = { kind: 'claim', storageGib: 5, storageClassName: 'fast' } as const;
    const { volumes } = findObject(render({ dataVolume }), 'Deployment', 'litellm').spec.template
      .spec;

    expect(volumes).toContainEqual({
      name: 'data',
      ephemeral: {
        volumeClaimTemplate: {
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'fast',
            resources: { requests: { storage: '5Gi' } },
          },
        },
      },
    });
  });

  it('takes a priority class and annotations', () => {
    const changed = findObject(
      render({
        pod: resolvePods({ gateway: { priorityClassName: 'critical' } }).gateway,
        annotations: { wave: '2' },
      }),
      'Deployment',
      'litellm',
    );

    expect(changed.spec.template.spec.priorityClassName).toBe('critical');
    expect(changed.metadata.annotations).toEqual({ wave: '2' });
    expect(pod.priorityClassName).toBeUndefined();
  });

  it('mounts the volume of a secret store where there is one', () => {
    const { volumes, containers } = findObject(
      render({ secretProviderClass: 'aws-secrets' }),
      'Deployment',
      'litellm',
    ).spec.template.spec;

    expect(volumes).toContainEqual({
      name: 'secrets',
      csi: {
        driver: 'secrets-store.csi.k8s.io',
        readOnly: true,
        volumeAttributes: { secretProviderClass: 'aws-secrets' },
      },
    });
    expect(containers[0].volumeMounts).toContainEqual({
      name: 'secrets',
      mountPath: '/secrets',
      readOnly: true,
    });
  });

  it('rejects a configuration that no ConfigMap holds', () => {
    const { compute } = someProps();
    const configYaml = 'x'.repeat(300_000);

    expect(() => render({ compute: { ...compute, configYaml } })).toThrow(
      'workload: 1 problem\n' +
        '  - config must fit into a ConfigMap that kubectl can apply (253952 bytes), got 300043 bytes; ' +
        'split the models over two gateways or build an image that holds the configuration',
    );
  });

  it('spreads a program over as many ConfigMaps as it needs, and it runs all the same', () => {
    const noise = Array.from({ length: 60_000 }, (_, n) => (n * 2_654_435_761) % 4_294_967_291)
      .map((n) => n.toString(36))
      .join('');
    const javascript = `const noise = '${noise}'; process.stdout.write(String(noise.length));`;

    const manifests = render({ program: { kind: 'script', javascript } });

    const parts = manifests.filter(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('litellm-gateway'),
    );
    expect(parts.length).toBeGreaterThan(1);
    expect(
      findObject(manifests, 'Deployment', 'litellm').spec.template.spec.volumes[0].projected
        .sources,
    ).toEqual(
      [findConfig(manifests, 'litellm-config'), ...parts].map(({ metadata }) => ({
        configMap: { name: metadata.name },
      })),
    );
    const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
    for (const { data = {}, binaryData = {} } of parts) {
      expect(JSON.stringify({ data, binaryData }).length).toBeLessThan(256 * 1024);
      for (const [name, text] of Object.entries(data)) {
        writeFileSync(join(folder, name), text as string);
      }
      for (const [name, text] of Object.entries(binaryData)) {
        writeFileSync(join(folder, name), Buffer.from(text as string, 'base64'));
      }
    }
    expect(execFileSync('node', [join(folder, 'gateway.js')]).toString()).toBe(
      String(noise.length),
    );
  });
});
