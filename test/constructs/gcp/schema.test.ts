import {
  loadGoogleSchema,
  type GoogleSchema,
  type TerraformResources,
} from '../../support/google-schema';
import { synthesize } from './synthesize';

describe('loadGoogleSchema', () => {
  let schema: GoogleSchema;
  let text: string;

  beforeAll(() => {
    schema = loadGoogleSchema();
    text = JSON.stringify(
      synthesize({ domain: { name: 'api.example.com', managedZone: 'example' } }),
    );
  });

  it('finds nothing wrong with SingleRegionHA', () => {
    expect(schema.check(parse(text))).toEqual([]);
  });

  it.each([
    {
      what: 'a key of a resource that does not exist',
      from: '"timeout_sec":610',
      to: '"timeout_secs":610',
      finding:
        /^google_compute_backend_service\.\w+\.timeout_secs: is no key of ComputeBackendServiceConfig$/,
    },
    {
      what: 'a key of a nested block that does not exist',
      from: '"point_in_time_recovery_enabled"',
      to: '"point_in_time_recovery"',
      finding:
        /^google_sql_database_instance\.\w+\.settings\.backup_configuration\.point_in_time_recovery: is no key of SqlDatabaseInstanceSettingsBackupConfiguration$/,
    },
    {
      what: 'a key of a block in a list that does not exist',
      from: '"balancing_mode"',
      to: '"balance_mode"',
      finding:
        /^google_compute_backend_service\.\w+\.backend\.0\.balance_mode: is no key of ComputeBackendServiceBackend$/,
    },
    {
      what: 'a required key that is missing',
      from: '"tier":"db-custom-4-16384"',
      to: '"edition":"ENTERPRISE"',
      finding: /^google_sql_database_instance\.\w+\.settings\.tier: is required$/,
    },
    {
      what: 'a value of the wrong kind',
      from: '"replica_count":2',
      to: '"replica_count":"two"',
      finding: /^google_redis_instance\.\w+\.replica_count: must be a number$/,
    },
    {
      what: 'a resource that does not exist',
      from: '"google_redis_instance":{',
      to: '"google_redis_server":{',
      finding: /^google_redis_server\.\w+: is no resource of the provider$/,
    },
  ])('finds $what', ({ from, to, finding }) => {
    expect(text).toContain(from);

    const findings = schema.check(parse(text.replace(from, to)));

    expect(findings).toEqual([expect.stringMatching(finding)]);
  });
});

function parse(text: string): TerraformResources {
  return JSON.parse(text) as TerraformResources;
}
