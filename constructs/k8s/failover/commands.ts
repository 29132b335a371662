import type { FailoverAction, MultiRegionTopology, Procedure } from '../../../lib';
import { nameMember, nameWriterAlias } from '../database/cloud-native-pg/distributed';
import { nameRegionSwitch } from './failover';

/** What the commands of a runbook have to know; contexts of kubectl are named after regions. */
export interface FailoverCommandsInput {
  readonly name: string;
  readonly namespace: string;
  readonly domainName: string;
  readonly scaler: 'horizontal' | 'keda';
  readonly database: 'cloud-native-pg' | 'existing';
  readonly transport: 'physical' | 'logical';
  readonly kind: Procedure['kind'];
  readonly regionDomainNames: Readonly<Record<string, string>>;
  readonly databaseHosts: Readonly<Record<string, string>>;
}

const TABLES = 'gateway_changes gateway_ledger gateway_ledger_partitions gateway_budget_transfers';

/** How the replica's lag is read; NULL while nothing was replayed. */
const LAG: Readonly<Record<FailoverCommandsInput['transport'], string>> = {
  physical: 'select now() - pg_last_xact_replay_timestamp() as lag, pg_is_in_recovery()',
  logical: 'select subname, now() - latest_end_time as lag from pg_stat_subscription',
};

/** The commands that take a step, for a shell with kubectl and curl. Lines with # are for the reader. */
export function renderFailoverCommands(
  action: FailoverAction,
  input: FailoverCommandsInput,
): readonly string[] {
  const { name, namespace, domainName, regionDomainNames } = input;
  const kubectl = (region: string): string => `kubectl --context ${region} -n ${namespace}`;
  switch (action.kind) {
    case 'scale-compute':
      return [
        input.scaler === 'keda'
          ? `${kubectl(action.target)} patch scaledobject ${name} --type merge --patch '{"spec":{"minReplicaCount":${action.minReplicas}}}'`
          : `${kubectl(action.target)} patch hpa ${name} --patch '{"spec":{"minReplicas":${action.minReplicas}}}'`,
        `until [ "0$(${kubectl(action.target)} get deployment ${name} -o jsonpath='{.status.readyReplicas}')" -ge ${action.minReplicas} ]; do sleep 5; done`,
      ];
    case 'set-region-switch': {
      const state = action.state === 'closed' ? 'away' : 'serving';
      return [
        ...(action.state === 'closed'
          ? [
              `# While the API server of ${action.target} does not answer, its health check fails by itself: take this step once it does.`,
            ]
          : []),
        `${kubectl(action.target)} create configmap ${nameRegionSwitch(name)} --from-literal=state=${state} --dry-run=client -o yaml | ${kubectl(action.target)} apply -f -`,
        `# The kubelet brings it to the replicas within 90 s.`,
        `curl -s -o /dev/null -w '%{http_code}\\n' https://${regionDomainNames[action.target]}/health/region`,
      ];
    }
    case 'verify-requests':
      return [
        `curl --fail-with-body https://${regionDomainNames[action.target]}/v1/chat/completions -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d "{\\"model\\":\\"$MODEL\\",\\"messages\\":[{\\"role\\":\\"user\\",\\"content\\":\\"ping\\"}]}"`,
        `curl --fail-with-body -N https://${regionDomainNames[action.target]}/v1/chat/completions -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -d "{\\"model\\":\\"$MODEL\\",\\"stream\\":true,\\"messages\\":[{\\"role\\":\\"user\\",\\"content\\":\\"ping\\"}]}"`,
      ];
    case 'observe-traffic':
      return [
        `for i in $(seq 20); do curl -s -o /dev/null -D - https://${domainName}/health/region | grep -i '^x-gateway-region'; done`,
      ];
    case 'fence-writer':
    case 'record-lag':
    case 'await-lag':
    case 'promote-database':
    case 'redirect-writes':
    case 'verify-writes':
    case 'merge-stranded-writes':
    case 'rebuild-replica':
      return input.database === 'existing'
        ? ['# The database is brought: use the tools of whoever runs it.']
        : renderDatabaseCommands(action, input);
  }
}

type DatabaseAction = Exclude<
  FailoverAction,
  { readonly kind: 'scale-compute' | 'set-region-switch' | 'verify-requests' | 'observe-traffic' }
>;

function renderDatabaseCommands(
  action: DatabaseAction,
  input: FailoverCommandsInput,
): readonly string[] {
  const { name, namespace, kind, transport, databaseHosts } = input;
  const cluster = `${name}-postgres`;
  const kubectl = (region: string): string => `kubectl --context ${region} -n ${namespace}`;
  const primary = (region: string): string =>
    `"$(${kubectl(region)} get pod -l cnpg.io/cluster=${cluster},cnpg.io/instanceRole=primary -o name)"`;
  const psql = (region: string, options = ''): string =>
    `${kubectl(region)} exec ${options}-c postgres ${primary(region)} -- psql -d litellm`;
  const patch = (region: string, replica: string): string =>
    `${kubectl(region)} patch cluster ${cluster} --type merge --patch ${replica}`;
  const follow = (region: string, writer: string): string =>
    patch(
      region,
      `'{"spec":{"replica":{"primary":"${nameMember(name, writer)}","source":"${nameMember(name, writer)}"}}}'`,
    );
  switch (action.kind) {
    case 'fence-writer':
      return kind === 'failback'
        ? ['# Demoting stops writes; the next step hands them over.']
        : [
            '# Stops PostgreSQL where it still answers; where it does not, nothing may be heard of it for half a minute.',
            `${kubectl(action.writer)} annotate cluster ${cluster} --overwrite cnpg.io/fencedInstances='["*"]'`,
          ];
    case 'record-lag':
    case 'await-lag':
      return [`${psql(action.replica)} -c '${LAG[transport]}'`];
    case 'promote-database':
      return action.mode === 'planned'
        ? [
            follow(action.from, action.replica),
            `${kubectl(action.from)} wait cluster ${cluster} --for=jsonpath='{.status.demotionToken}' --timeout=120s`,
            `TOKEN=$(${kubectl(action.from)} get cluster ${cluster} -o jsonpath='{.status.demotionToken}')`,
            patch(
              action.replica,
              `"{\\"spec\\":{\\"replica\\":{\\"primary\\":\\"${nameMember(name, action.replica)}\\",\\"source\\":\\"${nameMember(name, action.from)}\\",\\"promotionToken\\":\\"$TOKEN\\"}}}"`,
            ),
          ]
        : [
            '# Without a token: what has not arrived is given up.',
            patch(
              action.replica,
              `'{"spec":{"replica":{"primary":"${nameMember(name, action.replica)}"}}}'`,
            ),
          ];
    case 'redirect-writes': {
      const host =
        action.from === action.writer
          ? `${name}-pooler.${namespace}.svc.cluster.local`
          : databaseHosts[action.writer];
      return [
        `${kubectl(action.from)} patch service ${nameWriterAlias(cluster)} --patch '{"spec":{"externalName":"${host}"}}'`,
      ];
    }
    case 'verify-writes':
      return [
        `${psql(action.target)} -c 'create table failover_probe (n int)' -c 'drop table failover_probe'`,
      ];
    case 'merge-stranded-writes':
      return [
        `for table in ${TABLES}; do ${psql(action.from)} -c "copy $table to stdout" | ${psql(action.into, '-i ')} -c "create temp table arrived (like $table)" -c 'copy arrived from stdin' -c "insert into $table select * from arrived on conflict do nothing"; done`,
      ];
    case 'rebuild-replica':
      return [
        `${kubectl(action.replica)} annotate cluster ${cluster} cnpg.io/fencedInstances-`,
        follow(action.replica, action.from),
        `# Where it cannot follow any more: keep a snapshot of its volumes, delete the Cluster, and apply it again with`,
        `# spec.bootstrap.pg_basebackup.source: ${nameMember(name, action.from)} in place of spec.bootstrap.initdb.`,
      ];
  }
}

/** Which way the rows take, as far as commands differ. */
export function selectTransport({
  replication,
}: MultiRegionTopology): FailoverCommandsInput['transport'] {
  return replication.links.some(({ transport }) => transport === 'logical')
    ? 'logical'
    : 'physical';
}
