import { AWS_TRAITS, GCP_TRAITS, K8S_TRAITS, LOCAL_TRAITS } from '../../../lib';
import { anActivePassive, problemsOf } from '../multi-region';

describe('planActivePassive', () => {
  it('plans a region that serves and a warm one that follows it', () => {
    const { pattern, target, dns, regions } = anActivePassive();

    expect({ pattern, target, dns }).toEqual({
      pattern: 'active-passive',
      target: 'aws',
      dns: { domainName: 'api.example.com' },
    });
    expect(regions).toMatchObject([
      {
        region: 'us-east-1',
        role: 'primary',
        compute: { regionName: 'us-east-1' },
        network: { cidr: '10.40.0.0/16' },
        autoscaling: { minReplicas: 3, maxReplicas: 20 },
        databaseRole: { kind: 'writer' },
        secretsOrigin: { kind: 'generated' },
      },
      {
        region: 'us-west-2',
        role: 'standby',
        compute: { regionName: 'us-west-2' },
        network: { cidr: '10.41.0.0/16' },
        autoscaling: { minReplicas: 2, maxReplicas: 20 },
        takeover: { minReplicas: 3, maxReplicas: 20 },
        databaseRole: { kind: 'replica', writerRegion: 'us-east-1' },
        secretsOrigin: { kind: 'copied', fromRegion: 'us-east-1' },
      },
    ]);
  });

  it('leads clients by the health of the region and never by editing records', () => {
    expect(anActivePassive().routing).toEqual({
      policy: 'failover',
      by: 'Route 53 failover records',
      healthPath: '/health/region',
      closing: { kind: 'switch' },
      probeIntervalSeconds: 10,
      failureThreshold: 3,
      ttlSeconds: 60,
      detectionSeconds: 40,
      steeringSeconds: 100,
      arithmetic: '3 probes × 10 s + 10 s to agree + 60 s in the memory of clients = 100 s',
      targets: [
        { region: 'us-east-1', rank: 'primary', continents: [] },
        { region: 'us-west-2', rank: 'secondary', continents: [] },
      ],
    });
  });

  it('tells somebody once the replica lags by what may be lost', () => {
    const alarmFor = (rpoSeconds?: number) =>
      anActivePassive({ objectives: { rpoSeconds } }).replication.lagAlarmSeconds;

    expect([alarmFor(), alarmFor(60), alarmFor(10)]).toEqual([30, 60, 10]);
  });

  it.each([
    { traits: AWS_TRAITS, calls: 100, writes: 940, loss: 30 },
    { traits: GCP_TRAITS, calls: 160, writes: 700, loss: 30 },
    { traits: K8S_TRAITS, calls: 100, writes: 100, loss: 30 },
    { traits: LOCAL_TRAITS, calls: 30, writes: 35, loss: 30 },
  ])(
    'computes what the loss of a region costs on $traits.target',
    ({ traits, calls, writes, loss }) => {
      const { failures } = anActivePassive({}, traits).recoveryObjectives;

      expect(failures.find(({ failure }) => failure === 'region')).toMatchObject({
        dataPlaneRtoSeconds: calls,
        controlPlaneRtoSeconds: writes,
        rpoSeconds: loss,
      });
    },
  );

  it('adds the start of the first replica where the standby is cold', () => {
    const cold = { region: 'us-west-2', minReplicas: 0, allowColdStandby: 'a test environment' };
    const { failures } = anActivePassive({ standby: cold }).recoveryObjectives;

    expect(failures.at(-1)).toMatchObject({ failure: 'region', dataPlaneRtoSeconds: 400 });
  });

  it('rejects to lose less than the replica usually lags', () => {
    expect(problemsOf(() => anActivePassive({ objectives: { rpoSeconds: 2 } }))).toEqual([
      'objectives.rpoSeconds must be 5 or more for the loss of a region (calls: 3 probes × 10 s + 10 s to agree + 60 s in the memory of clients = 100 s; writes: max(100 s, 40 s to notice + 900 s to promote) — Amazon RDS User Guide, "Promoting a read replica": several minutes or longer; 900 s is ours; loss: the lag at that moment, usually 5 s, alarm from 5 s on — Amazon RDS User Guide, "Read replicas": asynchronous, no bound; 5 s is ours), got 2; raise it, or choose a synchronous data mode',
    ]);
  });

  it('rejects a recovery time that its probes cannot keep', () => {
    expect(problemsOf(() => anActivePassive({ objectives: { rtoSeconds: 60 } }))).toEqual([
      'objectives.rtoSeconds must be 100 or more for the loss of a region (calls: 3 probes × 10 s + 10 s to agree + 60 s in the memory of clients = 100 s; writes: max(100 s, 40 s to notice + 900 s to promote) — Amazon RDS User Guide, "Promoting a read replica": several minutes or longer; 900 s is ours; loss: the lag at that moment, usually 5 s, alarm from 30 s on — Amazon RDS User Guide, "Read replicas": asynchronous, no bound; 5 s is ours), got 60; raise it, or lower steering.intervalSeconds, steering.failureThreshold or steering.ttlSeconds',
    ]);
  });

  it('rejects an uptime that leaves no time to steer', () => {
    expect(problemsOf(() => anActivePassive({ objectives: { uptimePercent: 99.9999 } }))).toEqual([
      'objectives.uptimePercent must be 99.99936 or less (not all 2 regions of 99.98 % at once × 1 loss a year of each, 100 s to steer × Route 53 failover records 100 % = 99.99936 %), got 99.9999; lower it, or lead clients away faster (steering)',
    ]);
  });

  it("accepts the guide's objectives with room to spare", () => {
    const objectives = { rtoSeconds: 300, rpoSeconds: 60, uptimePercent: 99.9 };

    expect(problemsOf(() => anActivePassive({ objectives }))).toEqual([]);
  });
});
