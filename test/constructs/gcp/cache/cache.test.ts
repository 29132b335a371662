import { Cache } from '../../../../constructs/gcp';
import { resourceOf, synthesize } from '../synthesize';

describe('Cache', () => {
  it('creates Redis with replicas, TLS, a password and snapshots', () => {
    expect(resourceOf(synthesize(), 'google_redis_instance')).toMatchObject({
      name: 'litellm-cache',
      tier: 'STANDARD_HA',
      redis_version: 'REDIS_7_2',
      memory_size_gb: 5,
      replica_count: 2,
      read_replicas_mode: 'READ_REPLICAS_ENABLED',
      location_id: 'us-central1-a',
      transit_encryption_mode: 'SERVER_AUTHENTICATION',
      auth_enabled: true,
      connect_mode: 'PRIVATE_SERVICE_ACCESS',
      persistence_config: { persistence_mode: 'RDB', rdb_snapshot_period: 'TWELVE_HOURS' },
      maintenance_policy: {
        weekly_maintenance_window: [{ day: 'SUNDAY', start_time: { hours: 5, minutes: 0 } }],
      },
      lifecycle: { prevent_destroy: true },
    });
  });

  it('takes replicas and memory as they are described', () => {
    const cache = Cache.memorystore({ replicas: 4, memoryGib: 16 });

    expect(resourceOf(synthesize({ cache }), 'google_redis_instance')).toMatchObject({
      replica_count: 4,
      memory_size_gb: 16,
    });
  });
});
