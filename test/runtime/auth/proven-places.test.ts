import { ProvenPlaces } from '../../../runtime/auth/proven-places';

describe('ProvenPlaces', () => {
  it('knows a key from where it came, and from nowhere else', () => {
    const places = new ProvenPlaces();
    places.add('key', '10.0.0.1', '203.0.113.9');
    places.add('key', '10.0.0.1', '203.0.113.9');
    expect(places.has('key', '10.0.0.1', '203.0.113.9')).toBe(true);
    expect(places.has('key', '10.0.0.1', undefined)).toBe(false);
    expect(places.has('key', '10.0.0.2', '203.0.113.9')).toBe(false);
    expect(places.has('other', '10.0.0.1', '203.0.113.9')).toBe(false);
  });

  it('remembers the last sixteen places of a key', () => {
    const places = new ProvenPlaces();
    for (let index = 0; index < 17; index += 1) places.add('key', `10.0.0.${index}`, undefined);
    expect(places.has('key', '10.0.0.0', undefined)).toBe(false);
    expect(places.has('key', '10.0.0.1', undefined)).toBe(true);
    expect(places.has('key', '10.0.0.16', undefined)).toBe(true);
  });

  it('remembers ten thousand keys, however many there are', () => {
    const places = new ProvenPlaces();
    for (let index = 0; index < 30_000; index += 1) places.add(`${index}`, '10.0.0.1', undefined);
    expect(places.size).toBe(10_000);
    expect(places.has('19999', '10.0.0.1', undefined)).toBe(false);
    expect(places.has('29999', '10.0.0.1', undefined)).toBe(true);
  });
});
