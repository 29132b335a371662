import { Cache, Database, type SingleRegionHAProps } from '../../../constructs/gcp';
import { resolveGoogleSpec } from '../../../constructs/gcp/resolve-google-spec';
import { anInstanceGroup, someProps } from './synthesize';

describe('resolveGoogleSpec', () => {
  it('completes a description', () => {
    expect(resolveGoogleSpec(someProps({ compute: undefined })).google).toEqual({
      placement: {
        name: 'litellm',
        project: 'my-project',
        region: 'us-central1',
        zoneNames: ['us-central1-a', 'us-central1-b', 'us-central1-c'],
      },
      domainName: 'api.example.com',
      managedZone: null,
      secrets: [
        {
          environmentName: 'OPENAI_API_KEY',
          project: 'my-project',
          secretId: 'openai-api-key',
          version: 'latest',
        },
      ],
      network: null,
      compute: {
        machine: { name: 'e2-standard-2', vcpus: 2, memoryMib: 8192 },
        gatewayScript: null,
        codeBucket: null,
        nodeImage: null,
      },
      database: {
        tier: 'db-custom-4-16384',
        replicaTier: 'db-custom-2-8192',
        edition: 'ENTERPRISE',
      },
      cache: { memoryGib: 5 },
    });
  });

  it('reads a secret of another project, and its version', () => {
    const secretId = 'projects/vault-123/secrets/openai';
    const { google } = resolveGoogleSpec(
      someProps({ secrets: { OPENAI_API_KEY: { secretId, version: '7' } } }),
    );

    expect(google.secrets).toEqual([
      {
        environmentName: 'OPENAI_API_KEY',
        project: 'vault-123',
        secretId: 'openai',
        version: '7',
      },
    ]);
  });

  it('takes the zones that are named', () => {
    const zoneNames = ['us-central1-f', 'us-central1-a', 'us-central1-b'];

    expect(resolveGoogleSpec(someProps({ zoneNames })).google.placement.zoneNames).toEqual(
      zoneNames,
    );
  });

  it('takes Enterprise Plus by its tiers', () => {
    const database = Database.cloudSql({
      tier: 'db-perf-optimized-N-4',
      replicaTier: 'db-perf-optimized-N-2',
    });

    expect(resolveGoogleSpec(someProps({ database })).google.database.edition).toBe(
      'ENTERPRISE_PLUS',
    );
  });

  it('warns of images that new machines pull from outside Google Cloud', () => {
    const digest = `@sha256:${'0'.repeat(64)}`;
    const { warnings } = resolveGoogleSpec(
      someProps({
        compute: anInstanceGroup({ nodeImage: `docker.io/library/node${digest}` }),
        image: { reference: `ghcr.io/berriai/litellm${digest}` },
      }),
    );

    expect(warnings.filter(({ rule }) => rule === 'gcp.outside-image')).toEqual([
      {
        rule: 'gcp.outside-image',
        path: 'compute.nodeImage',
        message:
          'is pulled from docker.io by each new machine, so no machine can be replaced while that registry ' +
          'is down or rate-limits you; keep a copy in Artifact Registry',
      },
      {
        rule: 'gcp.outside-image',
        path: 'image.reference',
        message:
          'is pulled from ghcr.io by each new machine, so no machine can be replaced while that registry ' +
          'is down or rate-limits you; keep a copy in Artifact Registry',
      },
    ]);
  });

  it.each([
    { reference: 'litellm:v1', registry: 'docker.io' },
    { reference: 'litellm/litellm:v1', registry: 'docker.io' },
    { reference: 'registry.example.com:5000/litellm:v1', registry: 'registry.example.com:5000' },
  ])('names the registry of $reference as Docker does', ({ reference, registry }) => {
    const { warnings } = resolveGoogleSpec(someProps({ image: { reference } }));
    const { message = '' } = warnings.find(({ rule }) => rule === 'gcp.outside-image') ?? {};

    expect(message).toContain(`is pulled from ${registry} by each new machine`);
  });

  it('warns of no image in Artifact Registry, and of none by default', () => {
    const nodeImage = `us-docker.pkg.dev/my-project/images/node@sha256:${'0'.repeat(64)}`;

    expect(resolveGoogleSpec(someProps()).warnings).toEqual([]);
    expect(
      resolveGoogleSpec(someProps({ compute: anInstanceGroup({ nodeImage }) })).warnings,
    ).toEqual([]);
  });

  it.each<{ what: string; props: Partial<SingleRegionHAProps>; problem: string }>([
    {
      what: 'no domain',
      props: { domain: undefined },
      problem:
        'domain must be given, because Google issues the certificate of the load balancer for a name, ' +
        "got nothing; add domain: { name: 'api.example.com' }",
    },
    {
      what: 'a project by its name',
      props: { project: 'My Project' },
      problem:
        'project must be the id of a project, got "My Project"; write it like my-project-123, not its display name or number',
    },
    {
      what: 'a zone as region',
      props: { region: 'us-central1-a', zoneNames: ['us-central1-a-a'], zones: 3 },
      problem:
        'region must be the name of a region, got "us-central1-a"; write it like us-central1, without a zone',
    },
    {
      what: 'more zones than the region is known to have',
      props: { region: 'europe-west4', zones: 4, autoscaling: { minReplicas: 4 } },
      problem:
        'zones must be at most 3, the zones known of europe-west4 (europe-west4-a, europe-west4-b, europe-west4-c), ' +
        'got 4; lower it, or name the zones in zoneNames',
    },
    {
      what: 'zones of another region',
      props: { zoneNames: ['us-central1-a', 'us-central1-b', 'us-east1-b'] },
      problem:
        'zoneNames must be 3 different zones of us-central1, as many as zones says, ' +
        'got ["us-central1-a","us-central1-b","us-east1-b"]; write them like us-central1-a, us-central1-b, us-central1-c',
    },
    {
      what: 'the same zone twice',
      props: { zoneNames: ['us-central1-a', 'us-central1-a', 'us-central1-b'] },
      problem:
        'zoneNames must be 3 different zones of us-central1, as many as zones says, ' +
        'got ["us-central1-a","us-central1-a","us-central1-b"]; write them like us-central1-a, us-central1-b, us-central1-c',
    },
    {
      what: 'a machine of an unknown family',
      props: { compute: anInstanceGroup({ machineType: 't2a-standard-2' }) },
      problem:
        'compute.machineType must be an x86 machine type of the families e2, n2, n2d, t2d, c2, c2d, c3 or c3d, ' +
        'got "t2a-standard-2"; write it like e2-standard-2 or n2-custom-2-4096',
    },
    {
      what: 'a machine without room for the replica',
      props: { compute: anInstanceGroup({ machineType: 'e2-standard-2', cpuMillicores: 4000 }) },
      problem:
        'compute.machineType must have room for a replica of 4000 millicores and 768 MiB, ' +
        'got e2-standard-2 with 2000 millicores and 8192 MiB; choose a larger one, or leave it out',
    },
    {
      what: 'a bucket by its address',
      props: { compute: anInstanceGroup({ codeBucket: 'gs://our-code' }) },
      problem:
        'compute.codeBucket must be the name of a bucket in Cloud Storage, got "gs://our-code"; ' +
        'write it like my-code-bucket, without gs:// and without a folder',
    },
    {
      what: 'an image with Node by its tag',
      props: { compute: anInstanceGroup({ nodeImage: 'docker.io/library/node:22' }) },
      problem:
        'compute.nodeImage must be an image by its digest, got "docker.io/library/node:22"; ' +
        'write it like us-central1-docker.pkg.dev/my-project/images/node@sha256:… with all 64 digits',
    },
    {
      what: 'scaling by memory',
      props: { autoscaling: { memoryPercent: 80 } },
      problem:
        'autoscaling.memoryPercent must be left out, because instance groups do not scale by memory, ' +
        'got 80; remove it; autoscaling.cpuPercent scales the group',
    },
    {
      what: 'a database on a shared core',
      props: { database: Database.cloudSql({ tier: 'db-f1-micro' }) },
      problem:
        'database.tier must be db-custom-CPUS-MIB or db-perf-optimized-N-…; shared cores have no service level, ' +
        'got "db-f1-micro"; write it like db-custom-4-16384',
    },
    {
      what: 'replicas of another edition',
      props: { database: Database.cloudSql({ tier: 'db-perf-optimized-N-4' }) },
      problem:
        'database.replicaTier must be of the same edition as database.tier (db-perf-optimized-N-4), ' +
        'got "db-custom-2-8192"; write it like db-perf-optimized-N-2',
    },
    {
      what: 'a cache too small for replicas',
      props: { cache: Cache.memorystore({ memoryGib: 1 }) },
      problem:
        'cache.memoryGib must be a whole number from 5 to 300 (GiB), because smaller instances have no replicas, ' +
        'got 1; write it like 5',
    },
    {
      what: 'the value of a secret, without printing it',
      props: { secrets: { OPENAI_API_KEY: { secretId: 'sk-proj/abc+123=' } } },
      problem:
        'secrets.OPENAI_API_KEY.secretId must be the id of a secret in Secret Manager, or projects/PROJECT/secrets/ID, ' +
        'got something else; give the id of the secret, never its value',
    },
    {
      what: 'a key that is no environment variable',
      props: {
        secrets: { OPENAI_API_KEY: { secretId: 'a' }, 'open-ai': { secretId: 'b' } },
      },
      problem:
        'secrets must have names of environment variables (letters, digits and underscores) as keys, ' +
        'got "open-ai"; write it like OPENAI_API_KEY',
    },
    {
      what: 'half a network',
      props: { network: { networkId: 'projects/p/global/networks/n', subnetworkId: '' } },
      problem:
        'network.subnetworkId must be given for a network that exists already, ' +
        'got nothing; give both ids, or leave network out to have one created',
    },
  ])('rejects $what', ({ props, problem }) => {
    const message = messageOf(() => resolveGoogleSpec(someProps(props)));

    expect(message.split('\n')).toContain(`  - ${problem}`);
  });

  it('names the problems of all targets and those of Google Cloud at once', () => {
    const message = messageOf(() =>
      resolveGoogleSpec(
        someProps({ name: 'Gateway', project: 'x', cache: Cache.memorystore({ replicas: 9 }) }),
      ),
    );

    expect(message).toBe(
      [
        'Gateway on gcp: 3 problems',
        '  - name must be a DNS label of at most 20 characters (a–z, 0–9 and dashes inside), got "Gateway"; choose a shorter, lower-case name',
        '  - cache.replicas must be a whole number from 2 to 5 (replicas), got 9; lower it',
        '  - project must be the id of a project, got "x"; write it like my-project-123, not its display name or number',
      ].join('\n'),
    );
  });
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('nothing was rejected');
}
