import type { DatabaseChoice } from './database/choice';
import type { K8sGatewayProps } from './props';

/** Two of everything that can do with two, and three of what needs a majority. */
const SMALL = {
  zones: 2,
  compute: { cpuMillicores: 250, memoryMib: 384 },
  autoscaling: { minReplicas: 2, maxReplicas: 4 },
  database: { readReplicas: 1, storageGib: 20, maxConnections: 200 },
} as const;

type Described = Omit<K8sGatewayProps, 'cidr'>;

/** What is written, completed by what the size says. What is written wins. */
export function resolveSize<Props extends Described>(
  props: Props,
  defaultDatabase: DatabaseChoice,
): Props {
  if (props.size !== 'small') return props;
  const database = props.database ?? defaultDatabase;
  return {
    ...props,
    zones: props.zones ?? SMALL.zones,
    compute: { ...SMALL.compute, ...props.compute },
    autoscaling: { ...SMALL.autoscaling, ...props.autoscaling },
    database: database.kind === 'existing' ? database : { ...SMALL.database, ...database },
  };
}
