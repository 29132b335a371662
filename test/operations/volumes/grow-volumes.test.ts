import { Database } from '../../../constructs/k8s';
import { growVolumes } from '../../../operations/volumes/grow-volumes';
import type { Kubectl } from '../../../operations/volumes/kubectl';
import { applyProblems } from '../../constructs/k8s/apply-problems';
import { findObject, type Manifest } from '../../constructs/k8s/manifests';
import { synthesizePattern } from '../../constructs/k8s/synthesize';

const SET = 'litellm-postgres';

/** A cluster that answers what is asked here, and refuses what the API server refuses. */
class FakeCluster {
  readonly pods = [0, 1, 2].map((index) => `${SET}-${index}`);
  readonly claims = new Map<string, string>();
  readonly calls: string[] = [];
  set: Manifest | null;
  expansion = true;
  failsAt: string | null = null;

  constructor(
    before: readonly Manifest[],
    private readonly described: readonly Manifest[],
  ) {
    this.set = findObject(before, 'StatefulSet', SET);
    for (const pod of this.pods) this.claims.set(`data-${pod}`, '100Gi');
  }

  readonly kubectl: Kubectl = (args, input = '') => {
    const [verb = '', what = ''] = args;
    if (verb !== 'get' && verb !== 'create') this.calls.push(`${verb} ${what} ${args[2] ?? ''}`);
    if (this.failsAt === verb) return Promise.reject(new Error(`kubectl ${verb}: connection lost`));
    return Promise.resolve(this.answer({ verb, what, args, input }));
  };

  private answer(call: {
    readonly verb: string;
    readonly what: string;
    readonly args: readonly string[];
    readonly input: string;
  }): string {
    const { verb, what, args, input } = call;
    switch (verb) {
      case 'create':
        // One object after the other, as kubectl prints several.
        return this.described.map((each) => JSON.stringify(each, null, 4)).join('\n');
      case 'get':
        return this.get(what, args[1] === 'statefulset' ? (args[2] ?? '') : '');
      case 'patch': {
        const { storage } = JSON.parse(args[args.indexOf('--patch') + 1] ?? '').spec.resources
          .requests;
        this.claims.set(args[2] ?? '', storage);
        return '';
      }
      case 'delete':
        if (!args.includes('--cascade=orphan')) this.pods.splice(0);
        this.set = null;
        return '';
      case 'apply': {
        const after = JSON.parse(input);
        if (this.set !== null && applyProblems([this.set], [after]).length > 0) {
          throw new Error('updates to statefulset spec are forbidden');
        }
        this.set = after;
        return '';
      }
      default:
        throw new Error(`nobody asks for ${verb}`);
    }
  }

  private get(what: string, name: string): string {
    switch (what) {
      case 'statefulset':
        return name === SET && this.set !== null ? JSON.stringify(this.set) : this.getOther(name);
      case 'persistentvolumeclaims':
        return JSON.stringify({
          items: [...this.claims].map(([claim, storage]) => ({
            metadata: { name: claim },
            spec: { storageClassName: 'fast', resources: { requests: { storage } } },
          })),
        });
      case 'storageclasses':
        return JSON.stringify({
          items: [{ metadata: { name: 'fast' }, allowVolumeExpansion: this.expansion }],
        });
      default:
        throw new Error(`nobody asks for ${what}`);
    }
  }

  /** Sets whose size did not change. */
  private getOther(name: string): string {
    if (name === SET) return '';
    return JSON.stringify(findObject(this.described, 'StatefulSet', name));
  }
}

function aCluster(): FakeCluster {
  return new FakeCluster(
    synthesizePattern({}),
    synthesizePattern({ database: Database.patroni({ storageGib: 200 }) }),
  );
}

async function grow(
  cluster: FakeCluster,
  confirmed: readonly string[],
): Promise<readonly string[]> {
  const lines: string[] = [];
  await growVolumes({
    kubectl: cluster.kubectl,
    manifests: 'out/',
    confirmed,
    report: (line) => lines.push(line),
  });
  return lines;
}

describe('growVolumes', () => {
  it('grows every volume while all pods stay, and the next apply is taken', async () => {
    const cluster = aCluster();
    const { pods } = cluster;

    const lines = await grow(cluster, [SET]);

    expect([...cluster.claims.values()]).toEqual(['200Gi', '200Gi', '200Gi']);
    expect(cluster.pods).toEqual(pods);
    expect(cluster.pods).toHaveLength(3);
    expect(cluster.set.spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe('200Gi');
    expect(lines).toEqual([
      'litellm-postgres: expand data-litellm-postgres-0 to 200Gi',
      'litellm-postgres: expand data-litellm-postgres-1 to 200Gi',
      'litellm-postgres: expand data-litellm-postgres-2 to 200Gi',
      'litellm-postgres: delete the set without its pods, and make it again as described',
      'litellm-postgres: done',
      'litellm-redis: as described',
    ]);
    expect(await grow(cluster, [SET])).toEqual([
      'litellm-postgres: as described',
      'litellm-redis: as described',
    ]);
  });

  it('touches nothing unless the set is named', async () => {
    const cluster = aCluster();

    const lines = await grow(cluster, ['litellm-redis']);

    expect(cluster.calls).toEqual([]);
    expect(lines).toContain(
      'litellm-postgres: nothing was done; to do it: --confirm litellm-postgres',
    );
  });

  it.each(['patch', 'delete', 'apply'])(
    'is done when repeated after a %s that failed',
    async (verb) => {
      const cluster = aCluster();
      cluster.failsAt = verb;
      await expect(grow(cluster, [SET])).rejects.toThrow(`kubectl ${verb}: connection lost`);

      cluster.failsAt = null;
      await grow(cluster, [SET]);

      expect([...cluster.claims.values()]).toEqual(['200Gi', '200Gi', '200Gi']);
      expect(cluster.set.spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe(
        '200Gi',
      );
      expect(cluster.pods).toHaveLength(3);
    },
  );

  it('rejects what cannot be, before anything is changed', async () => {
    const cluster = aCluster();
    cluster.expansion = false;

    await expect(grow(cluster, [SET])).rejects.toThrow('volumes: 3 problems');
    expect(cluster.calls).toEqual([]);
  });
});
