import { knownZoneNames } from '../../../../constructs/gcp/foundation/placement';

describe('knownZoneNames', () => {
  it('names a, b and c of most regions', () => {
    expect(knownZoneNames('europe-west4')).toEqual([
      'europe-west4-a',
      'europe-west4-b',
      'europe-west4-c',
    ]);
  });

  it.each([
    ['us-east1', ['us-east1-b', 'us-east1-c', 'us-east1-d']],
    ['europe-west1', ['europe-west1-b', 'europe-west1-c', 'europe-west1-d']],
    ['us-central1', ['us-central1-a', 'us-central1-b', 'us-central1-c', 'us-central1-f']],
  ])('knows the exception %s', (region, zones) => {
    expect(knownZoneNames(region)).toEqual(zones);
  });
});
