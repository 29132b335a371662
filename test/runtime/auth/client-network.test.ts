import { selectClientNetwork } from '../../../runtime/auth/client-network';

describe('selectClientNetwork', () => {
  it.each([
    ['2001:db8::1', '2001:db8::2'],
    ['2001:db8:0:0:1::9', '2001:db8::f00'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::1', '::2'],
  ])('takes %s and %s for one', (one, other) => {
    expect(selectClientNetwork(one, undefined)).toBe(selectClientNetwork(other, undefined));
  });

  it.each([
    ['2001:db8:0:1::1', '2001:db8:0:2::1'],
    ['10.0.0.1', '10.0.0.2'],
  ])('tells %s from %s', (one, other) => {
    expect(selectClientNetwork(one, undefined)).not.toBe(selectClientNetwork(other, undefined));
  });

  it.each([
    ['10.1.2.3', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['::1', '203.0.113.9', '203.0.113.9'],
    ['::ffff:192.168.0.1', '203.0.113.9', '203.0.113.9'],
    ['fd00::1', '2001:db8:1:2:3::4', '2001:db8:1:2'],
    // One of Google's load balancers, which names itself last.
    ['35.191.4.4', '1.1.1.1, 203.0.113.9,34.1.1.1', '203.0.113.9'],
  ])('believes the peer %s that says %s', (peer, forwarded, expected) => {
    expect(selectClientNetwork(peer, forwarded)).toBe(expected);
  });

  it.each([
    ['a stranger', '198.51.100.7', '203.0.113.9'],
    ['a peer that says nothing', '10.1.2.3', undefined],
    ['a peer whose word is no address', '10.1.2.3', 'unknown'],
    ["one of Google's that names a single address", '130.211.0.1', '34.1.1.1'],
  ])('goes by the connection of %s', (_name, peer, forwarded) => {
    expect(selectClientNetwork(peer, forwarded)).toBe(peer);
  });
});
