import { Aws, Fn } from 'aws-cdk-lib';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ComputePlan } from '../../../lib';

export interface CacheUsersProps {
  readonly imageKind: ImageKind;
  /** The secret whose whole text is the password of the gateway's user. */
  readonly password: ISecret;
}

/** Whose commands the cache has to expect: those of this gateway, or of an image that was brought. */
export type ImageKind = ComputePlan['image']['kind'];

/** What the gateway is called in its cache. */
const USER_NAME = 'gateway';

/** Users of Valkey and of Redis OSS are the same kind of thing; those of this engine may use both. */
const USER_ENGINE = 'redis';

/** What `runtime/state` sends, and the scripts it has run. `test/lab/state/redis-users` compares. */
const STATE_COMMANDS = [
  'get',
  'set',
  'del',
  'strlen',
  'hget',
  'hgetall',
  'hset',
  'hdel',
  'zadd',
  'zrem',
  'zrevrange',
  'zremrangebyscore',
  'pexpire',
  'time',
  'eval',
  'evalsha',
];

/** What its client sends by itself: whether a server has loaded its data, who serves which key, and who is asking. */
const CLIENT_COMMANDS = [
  'ping',
  'select',
  'info',
  'client|setname',
  'cluster|slots',
  'cluster|info',
  'readonly',
  'readwrite',
  'asking',
];

/** Before and after the braces that decide where a cluster keeps a key. */
const KEY_PATTERNS = ['litellm-ha:*', '{litellm-ha:*'];

/**
 * Who may do what in the cache: the gateway what it needs, by a user of its own, and nobody else anything.
 *
 * The password is changed without a pause by keeping two for a while: write the new one into the secret, give the user both
 * (`aws elasticache modify-user --passwords`), roll the replicas, then give the user the new one alone. CloudFormation reads
 * the secret anew only when the user changes otherwise, and does not interfere.
 *
 * Costs: nothing. Survives, does not survive: what the cache does.
 */
export class CacheUsers extends Construct {
  readonly userName = USER_NAME;
  readonly gateway: elasticache.CfnUser;
  readonly resource: elasticache.CfnUserGroup;

  constructor(scope: Construct, id: string, { imageKind, password }: CacheUsersProps) {
    super(scope, id);
    const name = this.nameUniquely();
    this.gateway = new elasticache.CfnUser(this, 'Gateway', {
      engine: USER_ENGINE,
      userId: name,
      userName: USER_NAME,
      accessString: renderAccessString(imageKind),
      // A reference that CloudFormation resolves: the value is in no template.
      passwords: [password.secretValue.unsafeUnwrap()],
    });
    // Redis has this one at any rate, and lets in with it whoever names nobody. Switched off, it needs no password.
    const nobody = new elasticache.CfnUser(this, 'Nobody', {
      engine: USER_ENGINE,
      userId: `${name}-off`,
      userName: 'default',
      accessString: 'off -@all',
      noPasswordRequired: true,
    });
    this.resource = new elasticache.CfnUserGroup(this, 'Resource', {
      engine: USER_ENGINE,
      userGroupId: `${name}-users`,
      userIds: [nobody.ref, this.gateway.ref],
    });
  }

  /**
   * AWS makes up no ids here, and all gateways of an account and region share one space for them. A construct has one place
   * in its stack, and a stack an id that no other has, not even one of the same name in another year.
   */
  private nameUniquely(): string {
    const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
    return `gateway-${this.node.addr.slice(-8)}-${Fn.select(0, Fn.split('-', stackUuid))}`;
  }
}

/**
 * What the gateway may do, in the language of Redis' ACL. The gateway of this package: its commands on its keys. An image
 * that was brought, as LiteLLM's, names keys in many ways: everything but what Redis calls dangerous, which is what empties
 * the cache, walks through all keys, or reads and changes settings.
 */
export function renderAccessString(imageKind: ImageKind): string {
  switch (imageKind) {
    case 'packaged':
      return [
        'on',
        ...KEY_PATTERNS.map((pattern) => `~${pattern}`),
        '-@all',
        ...[...STATE_COMMANDS, ...CLIENT_COMMANDS].map((command) => `+${command}`),
      ].join(' ');
    case 'registry':
      return 'on ~* &* +@all -@dangerous +info';
  }
}
