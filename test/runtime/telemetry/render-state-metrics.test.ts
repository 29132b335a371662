import { renderStateMetrics } from '../../../runtime/telemetry/render-state-metrics';
import { SOUND_STATUS } from '../../support/test-gateway';

const NOTHING = {
  spool: null,
  ledgerDifference: null,
  directoryAge: null,
  database: null,
  redis: null,
  replicas: 1,
} as const;

const samplesOf = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('renderStateMetrics', () => {
  it('says of a gateway without state that it is alone, and nothing else', () => {
    expect(samplesOf(renderStateMetrics(NOTHING))).toEqual(['litellm_ha_replicas_seen 1']);
  });

  it('tells how everything stands', () => {
    const { spool } = SOUND_STATUS;
    if (spool === null) throw new Error('the sound status has a spool');
    const status = {
      spool: {
        ...spool,
        oldestAgeSeconds: 2.5,
        pendingEntries: 3,
        compactedEntries: 4,
        corruptRecords: 5,
        tornTails: 6,
        lostCalls: 7,
        strandedSegments: 8,
      },
      ledgerDifference: -7,
      directoryAge: 1.25,
      database: 'connected',
      redis: 'disconnected',
      replicas: 6,
    } as const;
    expect(samplesOf(renderStateMetrics(status))).toEqual([
      'litellm_ha_spool_oldest_age_seconds 2.5',
      'litellm_ha_spool_pending_entries 3',
      'litellm_ha_spool_durable 1',
      'litellm_ha_spool_compacted_entries_total 4',
      'litellm_ha_spool_corrupt_records_total 5',
      'litellm_ha_spool_torn_tails_total 6',
      'litellm_ha_spool_lost_calls_total 7',
      'litellm_ha_spool_stranded_segments 8',
      'litellm_ha_ledger_difference_micro_dollars -7',
      'litellm_ha_directory_age_seconds 1.25',
      'litellm_database_connection_status 1',
      'litellm_ha_redis_connected 0',
      'litellm_ha_replicas_seen 6',
    ]);
  });

  it('says 0 of a spool that a crash would empty, and of a database that is away', () => {
    const { spool } = SOUND_STATUS;
    const text = renderStateMetrics({
      ...NOTHING,
      spool: spool === null ? null : { ...spool, home: 'memory' },
      database: 'disconnected',
    });
    expect(samplesOf(text)).toEqual(
      expect.arrayContaining([
        'litellm_ha_spool_durable 0',
        'litellm_database_connection_status 0',
      ]),
    );
  });

  it('gives each sample its type: what ends in _total counts up', () => {
    const types = renderStateMetrics(SOUND_STATUS)
      .split('\n')
      .filter((line) => line.startsWith('# TYPE'));
    expect(types).toHaveLength(13);
    for (const line of types) expect(line).toMatch(/_total counter$|(?<!_total) gauge$/);
  });
});
