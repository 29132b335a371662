import { spawnSync } from 'node:child_process';
import {
  type FailoverCommandsInput,
  renderFailoverCommands,
} from '../../../../constructs/k8s/failover/commands';
import { anActiveActive, anActivePassive } from '../multi-region';

const INPUT: FailoverCommandsInput = {
  name: 'litellm',
  namespace: 'models',
  domainName: 'api.example.com',
  scaler: 'horizontal',
  database: 'cloud-native-pg',
  transport: 'physical',
  kind: 'failover',
  regionDomainNames: { east: 'east.example.com', west: 'west.example.com' },
  databaseHosts: { east: 'db.east.example.com', west: 'db.west.example.com' },
};

/** Every shell block of a page. */
function blocksOf(page: string): readonly string[] {
  return [...page.matchAll(/```sh\n([^`]*(?:`[^`]+)*?)\n```/g)].map(([, block]) => block ?? '');
}

describe('renderFailoverCommands', () => {
  it('promotes by force without a token, and as planned with the one of the old writer', () => {
    const promote = { kind: 'promote-database', replica: 'west', from: 'east' } as const;

    expect(renderFailoverCommands({ ...promote, mode: 'forced' }, INPUT)).toEqual([
      '# Without a token: what has not arrived is given up.',
      `kubectl --context west -n models patch cluster litellm-postgres --type merge --patch '{"spec":{"replica":{"primary":"litellm-west"}}}'`,
    ]);
    expect(renderFailoverCommands({ ...promote, mode: 'planned' }, INPUT)).toEqual([
      `kubectl --context east -n models patch cluster litellm-postgres --type merge --patch '{"spec":{"replica":{"primary":"litellm-west","source":"litellm-west"}}}'`,
      `kubectl --context east -n models wait cluster litellm-postgres --for=jsonpath='{.status.demotionToken}' --timeout=120s`,
      `TOKEN=$(kubectl --context east -n models get cluster litellm-postgres -o jsonpath='{.status.demotionToken}')`,
      `kubectl --context west -n models patch cluster litellm-postgres --type merge --patch "{\\"spec\\":{\\"replica\\":{\\"primary\\":\\"litellm-west\\",\\"source\\":\\"litellm-east\\",\\"promotionToken\\":\\"$TOKEN\\"}}}"`,
    ]);
  });

  it('closes a region by the ConfigMap that its replicas look at', () => {
    const [, command] = renderFailoverCommands(
      { kind: 'set-region-switch', target: 'east', state: 'closed', heldIn: 'west' },
      INPUT,
    );
    const [open] = renderFailoverCommands(
      { kind: 'set-region-switch', target: 'east', state: 'open', heldIn: 'west' },
      INPUT,
    );

    expect(command).toBe(
      'kubectl --context east -n models create configmap litellm-region-switch --from-literal=state=away --dry-run=client -o yaml | kubectl --context east -n models apply -f -',
    );
    expect(open).toContain('--from-literal=state=serving');
  });

  it('turns the name under which writes are sent', () => {
    const turn = (from: string): string | undefined =>
      renderFailoverCommands({ kind: 'redirect-writes', from, writer: 'west' }, INPUT)[0];

    expect(turn('east')).toBe(
      `kubectl --context east -n models patch service litellm-postgres-writer --patch '{"spec":{"externalName":"db.west.example.com"}}'`,
    );
    expect(turn('west')).toContain('"litellm-pooler.models.svc.cluster.local"');
  });

  it('asks for the lag as it is told by each way of replication', () => {
    const lag = (transport: FailoverCommandsInput['transport']): string =>
      renderFailoverCommands(
        { kind: 'await-lag', replica: 'west', maxLagSeconds: 0 },
        { ...INPUT, transport },
      ).join();

    expect(lag('physical')).toContain('pg_last_xact_replay_timestamp()');
    expect(lag('logical')).toContain('pg_stat_subscription');
  });

  it('leaves a database that is brought to its owner', () => {
    expect(
      renderFailoverCommands(
        { kind: 'verify-writes', target: 'west' },
        { ...INPUT, database: 'existing' },
      ),
    ).toEqual(['# The database is brought: use the tools of whoever runs it.']);
  });

  it('writes only what a shell reads, in every page of both patterns', () => {
    const pages = [
      anActivePassive(),
      anActiveActive(),
      anActiveActive({
        dataMode: 'shared-writer',
        database: { kind: 'cloud-native-pg', maxConnections: 900 },
      }),
    ].flatMap(({ regions }) => regions.flatMap(({ runbooks }) => Object.entries(runbooks)));
    const blocks = pages.flatMap(([, page]) => blocksOf(page));

    expect(pages).toHaveLength(2 * (2 + 6 + 6));
    // Each step of each page has its commands.
    expect(blocks).toHaveLength(
      pages.reduce((sum, [, page]) => sum + (page.match(/^## /gm) ?? []).length, 0),
    );
    const { status, stderr } = spawnSync('sh', ['-n'], {
      input: blocks.join('\n'),
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(blocks.join('\n')).not.toContain('undefined');
  });
});
