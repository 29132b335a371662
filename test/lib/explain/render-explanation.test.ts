import { AWS_TRAITS, K8S_TRAITS, planSingleRegion, resolveSpec } from '../../../lib';
import { renderExplanation } from '../../../lib/explain/render-explanation';
import { aConfig } from '../../support/a-config';
import { anActiveActive, anActivePassive } from '../multi-region';

function explain(traits = AWS_TRAITS): string {
  const { spec, warnings } = resolveSpec(
    { config: aConfig(), secrets: { OPENAI_API_KEY: 'handle', UNUSED: 'handle' } },
    traits,
  );
  return renderExplanation({ topology: planSingleRegion(spec, traits), traits, warnings });
}

describe('renderExplanation', () => {
  it('says what is built, what it promises with the arithmetic, and what deserves a look', () => {
    expect(explain()).toBe(
      [
        'litellm: single-region on aws',
        '',
        '  gateway      3–20 replicas over 3 zones, 70 % of 1000 millicores, 768 MiB each',
        '  database     PostgreSQL 16: primary, standby in another zone, 2 read replicas, 100 GiB each',
        '  connections  20 replicas × 10 connections + 15 reserved = 215 of 400',
        '  cache        Redis: primary and 2 replicas, automatic failover',
        '  backup       daily at 03:00 UTC, kept 30 days',
        '  probe        /health/readiness every 5 s; out after 3 failures, in after 2',
        '  streams      600 s at most, silent for 300 s at most',
        '  leaving      20 s until nothing new arrives + 600 s for open streams + 10 s to flush = 630 s until the kill',
        '',
        'When something is lost, this is back after (seconds):',
        '  replica   calls: 18 s        writes: 18 s        loss: 0 s of writes  3 probes × 5 s + 3 s timeout = 18 s; streams open on the replica break',
        '  zone      calls: 18 s        writes: 120 s       loss: 0 s of writes  calls: 3 probes × 5 s + 3 s timeout = 18 s; writes: max(18 s, 120 s) — Amazon RDS User Guide, "Failing over a Multi-AZ DB instance": 60–120 s; synchronous standby',
        '  database  calls: 0 s         writes: 120 s       loss: 0 s of writes  calls need no database; writes: 120 s — Amazon RDS User Guide, "Failing over a Multi-AZ DB instance": 60–120 s',
        '  cache     calls: 0 s         writes: 0 s         loss: 0 s of writes  calls fall back to counters of the replica; shared again after 60 s — Amazon ElastiCache User Guide, "Minimizing downtime": seconds to a minute',
        '  region    calls: no promise  writes: no promise  loss: no promise     not survived: one region; restore the newest backup elsewhere, in hours',
        '',
        'Uptime: 99.98 % (Application Load Balancer 99.99 % × EC2 over several zones 99.99 % = 99.98 %)',
        '',
        'Worth a look:',
        '  - secrets.UNUSED: the configuration does not reference os.environ/UNUSED; remove the secret or the typing error',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['all', '90 % of 400 connections for the pooler = 360 + 15 reserved = 375 of 400'],
    [
      'writes',
      '90 % of 400 connections for the pooler = 360 + 15 reserved = 375 of 400; ' +
        'reads: 20 replicas × 10 connections + 15 reserved = 215 of 400',
    ],
  ] as const)('says what a pooler for %s opens', (serves, arithmetic) => {
    const { spec, warnings } = resolveSpec(
      { config: aConfig(), secrets: { OPENAI_API_KEY: 'handle' } },
      AWS_TRAITS,
      { kind: 'share', maxConnectionsPercent: 90, serves },
    );
    const topology = planSingleRegion(spec, AWS_TRAITS);

    expect(renderExplanation({ topology, traits: AWS_TRAITS, warnings }).split('\n')).toContain(
      `  connections  ${arithmetic}`,
    );
  });

  it('says of several regions what leads to them and how writes travel', () => {
    const topology = anActivePassive({ standby: { region: 'us-west-2', minReplicas: 4 } });
    const text = renderExplanation({ topology, traits: AWS_TRAITS, warnings: [] });

    expect(text.split('\n').slice(0, 11)).toEqual([
      'litellm: active-passive on aws',
      '',
      '  name         api.example.com: Route 53 failover records',
      '  steering     /health/region of each region; 3 probes × 10 s + 10 s to agree + 60 s in the memory of clients = 100 s',
      '  data mode    shared-writer: Amazon RDS with cross-Region read replicas',
      '  replication  us-east-1 → us-west-2, physical',
      '  lag          usually 5 s, alarm from 30 s on',
      '',
      'us-east-1: primary, database takes all writes',
      '  gateway      3–20 replicas over 3 zones, 70 % of 1000 millicores, 768 MiB each',
      '  database     PostgreSQL 16: primary, standby in another zone, 2 read replicas, 100 GiB each',
    ]);
    expect(text).toContain('us-west-2: standby, database follows us-east-1\n  gateway      4–20');
    expect(text).toMatch(/\n {2}region {4}calls: 100 s {2}writes: 940 s {2}loss: 30 s of writes/);
  });

  it('says of a database that spans regions that it is no part of one', () => {
    const topology = anActiveActive({
      regions: [{ region: 'us-east-1' }, { region: 'us-west-2' }],
      dataMode: 'distributed-sql',
      witnessRegion: 'us-east-2',
    });
    const text = renderExplanation({ topology, traits: AWS_TRAITS, warnings: [] });

    expect(text).toContain(
      'us-east-1: active, database is one with that of us-west-2, witness in us-east-2\n',
    );
    expect(text).toContain('  lag          none: a write is acknowledged by a second region\n');
    expect(text).not.toContain('PostgreSQL 16');
  });

  it('says which regions exchange what they wrote', () => {
    const text = renderExplanation({
      topology: anActiveActive(),
      traits: AWS_TRAITS,
      warnings: [],
    });

    expect(text).toContain(
      'eu-west-1: active, database takes writes and exchanges them with us-east-1, ap-southeast-1\n',
    );
  });

  it('says nodes and not zones where zones are not promised', () => {
    const rows = explain(K8S_TRAITS).split('\n');

    expect(rows).toContain(
      '  gateway      3–20 replicas on different nodes, 70 % of 1000 millicores, 768 MiB each',
    );
    expect(rows).toContain(
      '  database     PostgreSQL 16: primary, standby on another node, 2 read replicas, 100 GiB each',
    );
    expect(explain(K8S_TRAITS)).toContain(
      '  zone      calls: no promise  writes: no promise  loss: no promise     not promised: ',
    );
  });

  it('counts the connections of poolers that a target always puts there', () => {
    expect(explain(K8S_TRAITS).split('\n')).toContain(
      '  connections  (2 poolers + 1 in a rollout) × (25 + 5) connections + 15 reserved = 105 of 400',
    );
  });

  it('admits that nobody promises an uptime for a cluster of unknown machines', () => {
    expect(explain(K8S_TRAITS)).toContain(
      'Uptime: no promise (that of the machines underneath; nobody publishes a number)',
    );
  });
});
