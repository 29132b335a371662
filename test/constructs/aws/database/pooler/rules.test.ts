import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { Database, Pooler, type SingleRegionHAProps } from '../../../../../constructs/aws';
import { buildActivePassive } from '../../multi-region-support';
import { build } from '../../support';

function withPooler(
  options: Parameters<typeof Pooler.rdsProxy>[0],
  change: Partial<SingleRegionHAProps> = {},
): ReturnType<typeof build> {
  return build((props) => ({
    ...props,
    database: Database.aurora({ pooler: Pooler.rdsProxy(options) }),
    ...change,
  }));
}

const WARNING =
  "database.pooler: LiteLLM's image prepares statements by name, for which a proxy keeps a connection to the server for " +
  'each client: it then shares none and costs all the same; leave the pooler out unless the image is a build of this gateway';

describe('planPooler', () => {
  it('lets more replicas stand before a cluster than it has connections for', () => {
    const { gateway } = withPooler({}, { autoscaling: { maxReplicas: 200 } });
    expect(gateway.database.pooler).not.toBeNull();
  });

  it('rejects more replicas than the readers of single instances have connections for', () => {
    expect(() =>
      build((props) => ({
        ...props,
        autoscaling: { maxReplicas: 50 },
        database: Database.rds({ pooler: Pooler.rdsProxy() }),
      })),
    ).toThrow(
      new Error(
        'litellm on aws: 1 problem\n' +
          '  - database.maxConnections must be 515 or more (50 replicas × 10 connections + 15 reserved = 515 of 400), got 400; ' +
          'raise it, or lower autoscaling.maxReplicas or general_settings.database_connection_pool_limit',
      ),
    );
  });

  it('rejects a pooler that leaves no connection to anybody else', () => {
    expect(() => withPooler({ maxConnectionsPercent: 100 })).toThrow(
      new Error(
        'litellm on aws: 1 problem\n' +
          '  - database.pooler.maxConnectionsPercent must be 96 or less, because migrations, monitoring and a human go past the ' +
          'pooler (100 % of 400 connections for the pooler = 400 + 15 reserved = 415 of 400), got 100; lower it, or raise ' +
          'database.maxConnections',
      ),
    );
  });

  it('rejects numbers of a proxy out of their range, all at once', () => {
    expect(() =>
      withPooler({ maxConnectionsPercent: 0, borrowTimeoutSeconds: 301, idleClientSeconds: 59.5 }),
    ).toThrow(
      new Error(
        'litellm-ha/aws: 3 problems\n' +
          '  - database.pooler.maxConnectionsPercent must be a whole number from 1 to 100 (percent), got 0; raise it\n' +
          '  - database.pooler.borrowTimeoutSeconds must be a whole number from 1 to 300 (seconds), got 301; lower it\n' +
          '  - database.pooler.idleClientSeconds must be a whole number from 60 to 28800 (seconds), got 59.5; raise it',
      ),
    );
  });

  it('rejects a pooler where there are several regions', () => {
    expect(() =>
      buildActivePassive({ database: Database.rds({ pooler: Pooler.rdsProxy() }) }),
    ).toThrow(
      new Error(
        'litellm on aws: 1 problem\n' +
          '  - database.pooler must be left out where there are several regions: a failover promotes servers and leads replicas ' +
          'to them by their own addresses, while a proxy stays with the server it was made for, got Pooler.rdsProxy(); leave ' +
          'it out: what replicas can open at most is checked against database.maxConnections',
      ),
    );
  });
});

describe('noticePoolerWarnings', () => {
  const image = { reference: `ghcr.io/berriai/litellm@sha256:${'0'.repeat(64)}` };

  it('warns of an image that is brought, because it may be one that shares nothing', () => {
    const { stack } = withPooler({}, { image });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp(escape(WARNING)));
  });

  it('has nothing to say of the packaged gateway, nor of an image without a pooler', () => {
    for (const { stack } of [withPooler({}), build((props) => ({ ...props, image }))]) {
      Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('database.pooler'));
    }
  });
});

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
