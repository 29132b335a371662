import { TerraformOutput } from 'cdktf';
import { Database, SingleRegionHA } from '../../../../constructs/gcp';
import {
  resourceOf,
  someProps,
  synthesize,
  synthesizeScope,
  type TerraformJson,
} from '../synthesize';

const TYPE = 'google_sql_database_instance';

describe('Database', () => {
  it('creates a regional primary with backups, reached by private address and TLS alone', () => {
    expect(resourceOf(synthesize(), TYPE, '-db')).toMatchObject({
      database_version: 'POSTGRES_16',
      deletion_protection: true,
      settings: {
        tier: 'db-custom-4-16384',
        edition: 'ENTERPRISE',
        availability_type: 'REGIONAL',
        location_preference: { zone: 'us-central1-a', secondary_zone: 'us-central1-b' },
        disk_type: 'PD_SSD',
        disk_size: 100,
        disk_autoresize: true,
        deletion_protection_enabled: true,
        retain_backups_on_delete: true,
        ip_configuration: { ipv4_enabled: false, ssl_mode: 'ENCRYPTED_ONLY' },
        backup_configuration: {
          enabled: true,
          start_time: '03:00',
          point_in_time_recovery_enabled: true,
          transaction_log_retention_days: 7,
          backup_retention_settings: { retained_backups: 30, retention_unit: 'COUNT' },
        },
        insights_config: { query_insights_enabled: true },
        maintenance_window: { day: 7, hour: 5, update_track: 'stable' },
      },
    });
  });

  it('waits for private services access and leaves to Google what Google changes', () => {
    expect(resourceOf(synthesize(), TYPE, '-db')).toMatchObject({
      depends_on: [expect.stringMatching(/^google_service_networking_connection\./)],
      lifecycle: { ignore_changes: ['settings[0].disk_size', 'settings[0].location_preference'] },
    });
  });

  it('puts read replicas into the other zones, with as many connections', () => {
    const output = synthesize({ database: Database.cloudSql({ readReplicas: 3 }) });

    const replicas = [1, 2, 3].map((index) => resourceOf(output, TYPE, `-db-read-${index}`));

    const zones = replicas.map((replica) => settingsOf(replica).location_preference);
    expect(zones).toEqual([
      { zone: 'us-central1-b' },
      { zone: 'us-central1-c' },
      { zone: 'us-central1-b' },
    ]);
    for (const replica of replicas) {
      expect(replica).toMatchObject({
        instance_type: 'READ_REPLICA_INSTANCE',
        deletion_protection: true,
        settings: { tier: 'db-custom-2-8192', availability_type: 'ZONAL' },
      });
      expect(maxConnectionsOf(replica)).toBe('400');
    }
  });

  it('takes size, connections, tiers and backups as they are described', () => {
    const output = synthesize({
      database: Database.cloudSql({
        storageGib: 250,
        maxConnections: 600,
        tier: 'db-custom-8-32768',
        replicaTier: 'db-custom-4-16384',
      }),
      backup: { retentionDays: 14, window: '22:30-23:30' },
    });

    const primary = resourceOf(output, TYPE, '-db');
    expect(primary).toMatchObject({
      settings: {
        tier: 'db-custom-8-32768',
        disk_size: 250,
        backup_configuration: {
          start_time: '22:30',
          backup_retention_settings: { retained_backups: 14 },
        },
      },
    });
    expect(maxConnectionsOf(primary)).toBe('600');
    expect(settingsOf(resourceOf(output, TYPE, '-db-read-1')).tier).toBe('db-custom-4-16384');
  });

  it('goes back to any second of the whole retention in Enterprise Plus', () => {
    const output = synthesize({
      database: Database.cloudSql({
        tier: 'db-perf-optimized-N-4',
        replicaTier: 'db-perf-optimized-N-2',
      }),
    });

    expect(resourceOf(output, TYPE, '-db')).toMatchObject({
      settings: {
        edition: 'ENTERPRISE_PLUS',
        backup_configuration: { transaction_log_retention_days: 30 },
      },
    });
  });

  it('creates database and user, and leaves both on delete', () => {
    const output = synthesize();

    expect(resourceOf(output, 'google_sql_database')).toMatchObject({
      name: 'litellm',
      deletion_policy: 'ABANDON',
    });
    expect(resourceOf(output, 'google_sql_user')).toMatchObject({
      name: 'litellm',
      deletion_policy: 'ABANDON',
      password: expect.stringMatching(
        /^\$\{random_password\.\w+DatabasePasswordValue\w+\.result\}$/,
      ),
    });
  });

  it('offers the primary for writing and its first replica for reading', () => {
    const { output } = synthesizeScope((stack) => {
      const { database } = new SingleRegionHA(stack, 'Gateway', someProps());
      new TerraformOutput(stack, 'writer', { value: database.writer });
      new TerraformOutput(stack, 'reader', { value: database.reader });
    });

    expect(output).toMatchObject({
      writer: {
        value: {
          host: expect.stringMatching(/Region_Database_[0-9A-F]{8}\.private_ip_address/),
          port: 5432,
        },
      },
      reader: {
        value: {
          host: expect.stringMatching(/Region_Database_Replica1_\w+\.private_ip_address/),
          port: 5432,
        },
      },
    });
  });
});

function settingsOf(instance: TerraformJson['resource'][string][string]) {
  return instance.settings as Readonly<Record<string, unknown>>;
}

function maxConnectionsOf(instance: TerraformJson['resource'][string][string]) {
  const flags = settingsOf(instance).database_flags as readonly { name: string; value: string }[];
  return flags.find((flag) => flag.name === 'max_connections')?.value;
}
