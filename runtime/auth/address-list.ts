import { BlockList, isIP } from 'node:net';
import { unmapAddress } from '../../lib/config/address-range';
import type { AddressRange } from '../../lib/config/address-range';

/** Addresses and ranges, to be asked about one address. What is no address is in no list. */
export class AddressList {
  private readonly list = new BlockList();

  constructor(ranges: readonly AddressRange[]) {
    for (const { address, prefixBits, family } of ranges) {
      this.list.addSubnet(address, prefixBits, family);
    }
  }

  has(address: string): boolean {
    // The zone of a link-local address is the machine's own business.
    const [plain = ''] = unmapAddress(address).split('%');
    switch (isIP(plain)) {
      case 4:
        return this.list.check(plain, 'ipv4');
      case 6:
        return this.list.check(plain, 'ipv6');
      default:
        return false;
    }
  }
}
