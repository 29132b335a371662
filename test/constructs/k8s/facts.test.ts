import { synthesizeK8s } from '../../contract/facts/k8s';
import { planFacts } from '../../contract/facts/facts';
import { aConfig } from '../../support/a-config';
import { aTopology } from './plans';

describe('readK8sFacts', () => {
  it('finds every guarantee of the plan in the manifests', () => {
    expect(synthesizeK8s({ config: aConfig() })).toEqual({
      ...planFacts(aTopology()),
      zones: { notOffered: 'pods spread over as many zones as the cluster has' },
      databaseEncrypted: { notOffered: 'the storage class of the cluster decides' },
    });
  });

  it('follows a description that is far from the defaults', () => {
    const wish = {
      autoscaling: { minReplicas: 4, maxReplicas: 9, cpuPercent: 55 },
      streaming: { maxStreamSeconds: 900, idleSeconds: 120 },
      probe: { intervalSeconds: 7, unhealthyThreshold: 4 },
      database: { readReplicas: 3, storageGib: 33, maxConnections: 500 },
      cache: { replicas: 4 },
      backup: { retentionDays: 8, window: '21:05-22:00' },
    };
    const facts = synthesizeK8s({ config: aConfig(), ...wish });

    expect(facts).toMatchObject({
      minReplicas: 4,
      maxReplicas: 9,
      cpuPercent: 55,
      drainSeconds: 900,
      idleSeconds: 120,
      probeIntervalSeconds: 7,
      unhealthyThreshold: 4,
      databaseReadReplicas: 3,
      databaseStorageGib: 33,
      databaseMaxConnections: 500,
      cacheReplicas: 4,
      backupRetentionDays: 8,
      backupWindowStart: '21:05',
    });
  });
});
