import { App } from 'cdk8s';
import {
  ActiveActive,
  ActivePassive,
  Database,
  SingleRegionHA,
  Spread,
  type SpreadChoice,
} from '../../../constructs/k8s';
import { resolveTraits } from '../../../constructs/k8s/resolve-traits';
import { activeActiveProps, activePassiveProps } from './multi-region';
import { someProps, synthesizePattern } from './synthesize';

const BROUGHT = Database.existing({
  host: 'db.example.com',
  password: { secretName: 'given', key: 'password' },
});

describe('resolveTraits', () => {
  const zoneOf = (spread?: SpreadChoice) =>
    new SingleRegionHA(
      new App(),
      'gateway',
      someProps({ spread }),
    ).recoveryObjectives.failures.find(({ failure }) => failure === 'zone');

  it('promises the loss of a zone with Spread.zones() alone', () => {
    expect(zoneOf(Spread.zones())).toMatchObject({
      dataPlaneRtoSeconds: 18,
      controlPlaneRtoSeconds: 40,
      rpoSeconds: 0,
    });
    for (const spread of [undefined, Spread.nodes(), Spread.preferred()]) {
      expect(zoneOf(spread)).toEqual({
        failure: 'zone',
        dataPlaneRtoSeconds: null,
        controlPlaneRtoSeconds: null,
        rpoSeconds: null,
        arithmetic:
          'not promised: nodes need not carry topology.kubernetes.io/zone, so pods keep to different nodes and to different zones only where possible; Spread.zones() promises it',
      });
    }
  });

  it('holds for each of several clusters', () => {
    const promised = (spread?: SpreadChoice) =>
      new ActivePassive(
        new App(),
        'gateway',
        activePassiveProps({ spread }),
      ).recoveryObjectives.failures.find(({ failure }) => failure === 'zone')?.rpoSeconds;

    expect(promised()).toBeNull();
    expect(promised(Spread.zones())).toBe(0);
  });

  it('counts what poolers open, however many replicas there are', () => {
    const build = (maxConnections: number) =>
      synthesizePattern({
        autoscaling: { maxReplicas: 300 },
        database: Database.patroni({ maxConnections }),
      });

    expect(() => build(105)).not.toThrow();
    expect(() => build(104)).toThrow(
      'litellm on k8s: 1 problem\n' +
        '  - database.maxConnections must be 105 or more ((2 poolers + 1 in a rollout) × (25 + 5) connections + 15 reserved = 105 of 104), got 104; raise it',
    );
  });

  it('lets two regions share one writer at the defaults, whose own replicas use its poolers', () => {
    const props = activeActiveProps({ dataMode: 'shared-writer' });
    const build = (count: number) =>
      new ActiveActive(new App(), 'gateway', { ...props, regions: props.regions.slice(0, count) });

    expect(() => build(2)).not.toThrow();
    expect(() => build(3)).toThrow(
      'litellm on k8s: 1 problem\n' +
        '  - database.maxConnections must be 505 or more, because the replicas of 3 regions share one writer ((2 poolers + 1 in a rollout) × (25 + 5) connections + 40 replicas elsewhere × 10 connections + 15 reserved = 505 of 400), got 400; ' +
        "raise it, lower autoscaling.maxReplicas, or choose dataMode 'regional-primaries'",
    );
  });

  it('counts replicas one by one where any region brings its database', () => {
    const { pooler } = resolveTraits({}, [undefined, BROUGHT]);

    expect(pooler).toBeNull();
    expect(resolveTraits({ database: BROUGHT }).pooler).toBeNull();
    expect(resolveTraits({}).pooler).toEqual({
      kind: 'pools',
      poolers: 2,
      surge: 1,
      poolSize: 25,
      reserve: 5,
    });
  });
});
