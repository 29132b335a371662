import { customResourceProblems } from '../custom-resources/custom-resource-problems';
import { findObject, type Manifest } from '../manifests';
import { anActiveActive, anActivePassive, edgeManifests } from '../multi-region';

function endpointsOf(manifests: readonly Manifest[]): readonly Manifest[] {
  return findObject(manifests, 'DNSEndpoint', 'litellm').spec.endpoints;
}

describe('Edge', () => {
  const edge = edgeManifests(anActivePassive());

  it('answers with the primary, and with the standby while its health check fails', () => {
    const common = { dnsName: 'api.example.com', recordType: 'CNAME', recordTTL: 60 };

    expect(endpointsOf(edge)).toEqual([
      {
        ...common,
        setIdentifier: 'us-east-1',
        targets: ['us-east-1.api.example.com'],
        providerSpecific: [
          { name: 'aws/failover', value: 'PRIMARY' },
          { name: 'aws/health-check-id', value: 'check-1' },
        ],
      },
      {
        ...common,
        setIdentifier: 'us-west-2',
        targets: ['us-west-2.api.example.com'],
        providerSpecific: [
          { name: 'aws/failover', value: 'SECONDARY' },
          { name: 'aws/health-check-id', value: 'check-2' },
        ],
      },
    ]);
  });

  it('describes the health check of each region as Route 53 is asked for it', () => {
    const { data } = findObject(edge, 'ConfigMap', 'litellm-health-checks');

    expect(Object.keys(data)).toEqual(['us-east-1.json', 'us-west-2.json']);
    expect(JSON.parse(data['us-west-2.json'])).toEqual({
      Type: 'HTTPS',
      FullyQualifiedDomainName: 'us-west-2.api.example.com',
      Port: 443,
      ResourcePath: '/health/region',
      RequestInterval: 10,
      FailureThreshold: 3,
      EnableSNI: true,
    });
  });

  it('follows the steering and the names that are given', () => {
    const steered = edgeManifests(
      anActivePassive({
        steering: { ttlSeconds: 20, intervalSeconds: 30, failureThreshold: 5 },
        primary: { region: 'us-east-1', healthCheckId: 'check-1', domainName: 'east.example.com' },
      }),
    );
    const check = JSON.parse(
      findObject(steered, 'ConfigMap', 'litellm-health-checks').data['us-east-1.json'],
    );

    expect(endpointsOf(steered)[0]).toMatchObject({ recordTTL: 20, targets: ['east.example.com'] });
    expect(check).toMatchObject({
      FullyQualifiedDomainName: 'east.example.com',
      RequestInterval: 30,
      FailureThreshold: 5,
    });
  });

  it('leads by the shortest way where all regions serve', () => {
    expect(
      endpointsOf(edgeManifests(anActiveActive())).map(
        ({ providerSpecific }) => providerSpecific[0],
      ),
    ).toEqual([
      { name: 'aws/region', value: 'us-east-1' },
      { name: 'aws/region', value: 'eu-west-1' },
      { name: 'aws/region', value: 'ap-southeast-1' },
    ]);
  });

  it('leads by continent, and whoever is nowhere known to the first region', () => {
    const placed = edgeManifests(
      anActiveActive({
        steering: { policy: 'geolocation' },
        regions: [
          { region: 'us-east-1', healthCheckId: 'check-1', continents: ['NA', 'SA'] },
          { region: 'eu-west-1', healthCheckId: 'check-2', continents: ['EU'] },
        ],
      }),
    );

    expect(
      endpointsOf(placed).map(({ setIdentifier, targets, providerSpecific }) => [
        setIdentifier,
        targets[0],
        providerSpecific[0].value,
      ]),
    ).toEqual([
      ['us-east-1-na', 'us-east-1.api.example.com', 'NA'],
      ['us-east-1-sa', 'us-east-1.api.example.com', 'SA'],
      ['us-east-1-default', 'us-east-1.api.example.com', '*'],
      ['eu-west-1-eu', 'eu-west-1.api.example.com', 'EU'],
    ]);
    expect(customResourceProblems(placed)).toEqual([]);
  });
});
