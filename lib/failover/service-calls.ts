import type { ClosingPlan } from '../blocks';
import type { DataMode } from '../spec/multi-region-props';
import type { FailoverAction, Procedure, ServiceCall } from './procedure';

/** A planned promotion waits for the last write, a forced one cannot. */
interface Promotions {
  readonly forced: string;
  readonly planned: string;
}

function alike(service: string): Promotions {
  return { forced: service, planned: service };
}

/** The services of a target that failover uses, in its own words. */
interface ServiceNames {
  /** Runs replicas and keeps what they are told. */
  readonly compute: string;
  readonly promotion: Readonly<Partial<Record<DataMode, Promotions>>>;
  readonly replicaCreation: string;
  /** Keeps the switches that health checks look at. */
  readonly switches: string;
}

const SERVICES: Readonly<Record<Procedure['target'], ServiceNames>> = {
  aws: {
    compute: 'Amazon EKS or Amazon ECS',
    promotion: {
      'shared-writer': alike('Amazon RDS PromoteReadReplica'),
      'global-database': {
        forced: 'Amazon RDS FailoverGlobalCluster',
        planned: 'Amazon RDS SwitchoverGlobalCluster',
      },
    },
    replicaCreation: 'Amazon RDS',
    switches: 'Amazon S3 PutObject',
  },
  gcp: {
    compute: 'Compute Engine',
    promotion: {
      'shared-writer': alike('Cloud SQL promoteReplica'),
      'global-database': {
        forced: 'Cloud SQL promoteReplica with failover',
        planned: 'Cloud SQL switchover',
      },
    },
    replicaCreation: 'Cloud SQL',
    switches: 'Cloud Storage',
  },
  k8s: {
    compute: 'Kubernetes API',
    promotion: { 'shared-writer': alike('Kubernetes API') },
    replicaCreation: 'Kubernetes API',
    switches: 'Kubernetes API',
  },
  local: {
    compute: 'supervisor',
    promotion: { 'shared-writer': alike('supervisor') },
    replicaCreation: 'supervisor',
    switches: 'supervisor',
  },
};

/** Where an action's services live. SQL and HTTP to what runs already are data planes. */
export function listServiceCalls(
  action: FailoverAction,
  where: {
    readonly target: Procedure['target'];
    readonly dataMode: DataMode;
    readonly closing: ClosingPlan;
  },
): readonly ServiceCall[] {
  const names = SERVICES[where.target];
  switch (action.kind) {
    case 'fence-writer':
      return [data('PostgreSQL', action.writer)];
    case 'scale-compute':
      return [control(names.compute, action.target)];
    case 'record-lag':
    case 'await-lag':
      return [data('PostgreSQL', action.replica)];
    case 'promote-database':
      return [control(requirePromotion(names, where.dataMode)[action.mode], action.replica)];
    case 'redirect-writes':
      return [control(names.compute, action.from)];
    case 'verify-writes':
      return [data('PostgreSQL', action.target)];
    case 'verify-requests':
      return [data('gateway', action.target)];
    case 'set-region-switch':
      return [planSwitchCall(names, where.closing, action.heldIn)];
    case 'observe-traffic':
      return [{ service: 'public name', plane: 'data', scope: 'global', home: 'everywhere' }];
    case 'merge-stranded-writes':
      return [data('PostgreSQL', action.from), data('PostgreSQL', action.into)];
    case 'rebuild-replica':
      return [control(names.replicaCreation, action.replica)];
  }
}

function planSwitchCall(
  { switches }: ServiceNames,
  closing: ClosingPlan,
  heldIn: string,
): ServiceCall {
  switch (closing.kind) {
    case 'switch':
      return data(switches, heldIn);
    case 'setting':
      return { service: closing.service, plane: 'control', scope: 'global', home: closing.home };
  }
}

function requirePromotion(names: ServiceNames, dataMode: DataMode): Promotions {
  const service = names.promotion[dataMode];
  if (service === undefined) throw new Error(`nothing is promoted in data mode ${dataMode}`);
  return service;
}

function control(service: string, home: string): ServiceCall {
  return { service, plane: 'control', scope: 'regional', home };
}

function data(service: string, home: string): ServiceCall {
  return { service, plane: 'data', scope: 'regional', home };
}
