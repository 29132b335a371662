import fc from 'fast-check';
import { parseAddressRange } from '../../../lib/config/address-range';
import type { AddressRange } from '../../../lib/config/address-range';
import { AddressList } from '../../../runtime/auth/address-list';
import { selectClientAddress } from '../../../runtime/auth/client-address';

function list(...texts: readonly string[]): AddressList {
  const ranges = texts
    .map(parseAddressRange)
    .filter((range): range is AddressRange => range !== null);
  return new AddressList(ranges);
}

describe('AddressList', () => {
  it('finds addresses in ranges of both families, mapped ones as IPv4, local ones without their zone', () => {
    const some = list('10.0.0.0/8', '192.0.2.1', '2001:db8::/32', 'fe80::1');
    for (const inside of [
      '10.255.0.1',
      '::ffff:10.0.0.1',
      '192.0.2.1',
      '2001:db8:1::9',
      'fe80::1%eth0',
    ]) {
      expect([inside, some.has(inside)]).toEqual([inside, true]);
    }
    for (const outside of ['11.0.0.1', '192.0.2.2', '2001:db9::1', '::1', 'fe80::2%eth0']) {
      expect([outside, some.has(outside)]).toEqual([outside, false]);
    }
  });

  it('has nothing that is no address, even where it has every address', () => {
    const every = list('0.0.0.0/0', '::/0');
    expect([every.has('1.2.3.4'), every.has('::1')]).toEqual([true, true]);
    for (const text of [
      '',
      'unknown',
      '10.0.0',
      '10.0.0.1:80',
      '010.0.0.1',
      '10.0.0.1, 10.0.0.2',
    ]) {
      expect([text, every.has(text)]).toEqual([text, false]);
    }
  });

  it('agrees with the arithmetic of prefixes', () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    const toNumber = (parts: readonly number[]): number =>
      parts.reduce((sum, part) => sum * 256 + part, 0);
    fc.assert(
      fc.property(octets, octets, fc.nat(32), (base, address, bits) => {
        const size = 2 ** (32 - bits);
        const same = Math.floor(toNumber(base) / size) === Math.floor(toNumber(address) / size);
        expect(list(`${base.join('.')}/${bits}`).has(address.join('.'))).toBe(same);
      }),
    );
  });
});

describe('selectClientAddress', () => {
  const trusted = list('10.0.0.0/8', '127.0.0.1');
  const from = (peer: string, forwarded?: string): string =>
    selectClientAddress(
      peer,
      forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
      trusted,
    );

  it('is the peer where the peer is no proxy of ours, whatever it says', () => {
    expect(from('203.0.113.7', '10.0.0.1')).toBe('203.0.113.7');
    expect(from('203.0.113.7')).toBe('203.0.113.7');
  });

  it('is what the last proxy that is not ours was seen as', () => {
    expect(from('10.0.0.1')).toBe('10.0.0.1');
    expect(from('10.0.0.1', '203.0.113.7')).toBe('203.0.113.7');
    expect(from('::ffff:10.0.0.1', '1.1.1.1, 203.0.113.7, 10.0.0.2')).toBe('203.0.113.7');
    expect(from('10.0.0.1', '10.0.0.3, 10.0.0.2')).toBe('10.0.0.3');
    expect(from('10.0.0.1', '[2001:db8::7]:443')).toBe('2001:db8::7');
  });

  it('is unknown where a trusted proxy says nothing that can be read', () => {
    for (const header of ['', ' , ', '203.0.113.7,'])
      expect(from('10.0.0.1', header)).toBe('unknown');
    expect(from('10.0.0.1', '203.0.113.7, evil')).toBe('evil');
  });

  it('never goes by what stands to the left of an address that no proxy of ours vouched for', () => {
    const stranger = fc.nat(255).map((part) => `203.0.113.${part}`);
    const ours = fc.nat(255).map((part) => `10.1.2.${part}`);
    fc.assert(
      fc.property(fc.string(), stranger, fc.array(ours), (forged, client, proxies) => {
        const header = [forged, client, ...proxies].join(', ');
        expect(from('10.0.0.1', header)).toBe(client);
      }),
    );
  });
});
