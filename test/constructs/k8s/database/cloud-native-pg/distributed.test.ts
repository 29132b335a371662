import { findObject } from '../../manifests';
import { anActivePassive, manifestsOf } from '../../multi-region';

describe('renderDistribution', () => {
  const { spec } = findObject(
    manifestsOf(
      anActivePassive({
        database: {
          kind: 'cloud-native-pg',
          serviceAnnotations: { 'cloud.example/internal': 'true' },
        },
        standby: {
          region: 'us-west-2',
          healthCheckId: 'check-2',
          databaseHost: 'db.west.example.com',
        },
      }),
      'us-west-2',
    ),
    'Cluster',
    'litellm-postgres',
  );

  it('reaches the other region by its certificates, and knows itself by its own', () => {
    const connection = {
      port: '5432',
      user: 'streaming_replica',
      dbname: 'postgres',
      sslmode: 'verify-full',
    };

    expect(spec.externalClusters).toEqual([
      {
        name: 'litellm-us-east-1',
        connectionParameters: { host: 'postgres.us-east-1.api.example.com', ...connection },
        sslKey: { name: 'litellm-us-east-1-replication', key: 'tls.key' },
        sslCert: { name: 'litellm-us-east-1-replication', key: 'tls.crt' },
        sslRootCert: { name: 'litellm-us-east-1-ca', key: 'ca.crt' },
      },
      {
        name: 'litellm-us-west-2',
        connectionParameters: { host: 'db.west.example.com', ...connection },
        sslKey: { name: 'litellm-postgres-replication', key: 'tls.key' },
        sslCert: { name: 'litellm-postgres-replication', key: 'tls.crt' },
        sslRootCert: { name: 'litellm-postgres-ca', key: 'ca.crt' },
      },
    ]);
  });

  it('is reached through a Service of its own, under the name that its certificate holds', () => {
    expect(spec.certificates.serverAltDNSNames[0]).toBe('db.west.example.com');
    expect(spec.managed.services.additional).toEqual([
      {
        selectorType: 'rw',
        serviceTemplate: {
          metadata: {
            name: 'litellm-postgres-regions',
            annotations: {
              'external-dns.alpha.kubernetes.io/hostname': 'db.west.example.com',
              'cloud.example/internal': 'true',
            },
          },
          spec: { type: 'LoadBalancer' },
        },
      },
    ]);
  });

  it('keeps no more log for a region that is away than half of the volume', () => {
    expect(spec.storage.size).toBe('100Gi');
    expect(spec.postgresql.parameters.max_slot_wal_keep_size).toBe('51200MB');
  });
});
