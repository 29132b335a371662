import { createGateway, resourceOf, resourcesOf, synthesize } from '../synthesize';

describe('Dns', () => {
  it('leads the domain to the load balancer in a zone that is named', () => {
    const domain = { name: 'api.example.com', managedZone: 'example' };

    expect(resourceOf(synthesize({ domain }), 'google_dns_record_set')).toMatchObject({
      managed_zone: 'example',
      name: 'api.example.com.',
      type: 'A',
      ttl: 300,
      rrdatas: [expect.stringMatching(/LoadBalancer_Address_\w+\.address\}$/)],
    });
  });

  it('creates no record without a zone, and knows the URL all the same', () => {
    expect(resourcesOf(synthesize(), 'google_dns_record_set')).toEqual([]);
    expect(createGateway().url).toBe('https://api.example.com');
  });
});
