import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, type IDependable } from 'constructs';
import type { Network } from '../network/network';
import type { DatabaseInUse } from './create-database';

export interface OwnerRotationProps {
  /** JSON with `username` and `password`, and the address of the server, which RDS adds. */
  readonly credentials: secretsmanager.ISecret;
  readonly network: Network;
  /** The door of the database. */
  readonly connections: ec2.Connections;
  /** Replicas that log in by tokens: until they run, those before them may still know the password. */
  readonly after: IDependable;
}

/** What auditors ask for. */
const ROTATION = Duration.days(30);
/** All but letters and digits: the password may stand in an address again, unescaped, should replicas go back to it. */
const EXCLUDED = ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const HTTPS = ec2.Port.tcp(443);

/**
 * Changes the password of the owner of the schema every thirty days. Nobody is locked out: replicas log in by tokens, and a
 * migration reads the password when it starts.
 *
 * Costs: a function for some seconds a month.
 * Survives: a change that fails half way: the password before stays the one that is valid, and Secrets Manager tries again.
 * Does not survive: a migration that logs in within the second of the change; it is run again. On EKS a change within the hour
 * that the Job of a migration stays: the next one is handed the password of that Job; deploy again when it is gone.
 *
 * The function is AWS's own. CloudFormation adds it when the stack is deployed, by the transform AWS::SecretsManager-2024-09-16;
 * a deployment other than by `cdk deploy` needs CAPABILITY_AUTO_EXPAND for that.
 */
export class OwnerRotation extends Construct {
  readonly resource: secretsmanager.RotationSchedule;

  constructor(scope: Construct, id: string, props: OwnerRotationProps) {
    super(scope, id);
    const { network, credentials } = props;
    this.resource = new secretsmanager.RotationSchedule(this, 'Resource', {
      secret: credentials,
      automaticallyAfter: ROTATION,
      // A deployment that is repeated right away finds the password that the one before has read.
      rotateImmediatelyOnUpdate: false,
      hostedRotation: secretsmanager.HostedRotation.postgreSqlSingleUser({
        vpc: network.vpc,
        vpcSubnets: network.computeSubnets,
        securityGroups: [this.createSecurityGroup(props)],
        excludeCharacters: EXCLUDED,
      }),
    });
    this.resource.node.addDependency(props.after);
  }

  private createSecurityGroup({ network, connections }: OwnerRotationProps): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc: network.vpc,
      description: 'What changes the password of the database: out to it, and to Secrets Manager',
      allowAllOutbound: false,
    });
    group.addEgressRule(ec2.Peer.anyIpv4(), HTTPS, 'Secrets Manager');
    group.connections.allowToDefaultPort(connections, 'Changes the password of the database');
    return group;
  }
}

/** Null: replicas know the password, so that it must not change behind their back. */
export function createOwnerRotation(
  scope: Construct,
  props: Omit<OwnerRotationProps, 'credentials' | 'connections'> & {
    readonly database: DatabaseInUse;
  },
): OwnerRotation | null {
  const { database, network, after } = props;
  if (database.login !== 'rds-iam') return null;
  if (database.kind !== 'rds' && database.kind !== 'aurora') return null;
  const { secret } = database.resource;
  if (secret === undefined) throw new Error(`${database.node.path} has no secret of its owner`);
  return new OwnerRotation(scope, 'OwnerRotation', {
    credentials: secret,
    network,
    connections: database.connections,
    after,
  });
}
