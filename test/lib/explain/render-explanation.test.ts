import { AWS_TRAITS, K8S_TRAITS, planSingleRegion, resolveSpec } from '../../../lib';
import { renderExplanation } from '../../../lib/explain/render-explanation';
import { aConfig } from '../../support/a-config';

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

  it('admits that nobody promises an uptime for a cluster of unknown machines', () => {
    expect(explain(K8S_TRAITS)).toContain(
      'Uptime: no promise (that of the machines underneath; nobody publishes a number)',
    );
  });
});
