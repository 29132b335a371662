import * as fc from 'fast-check';
import { BASE85_ALPHABET, renderBase85 } from '../../../../constructs/gcp/compute/base85';
import { readBase85 } from '../read-base85';

describe('renderBase85', () => {
  it('has 85 digits, none of which JSON or Terraform would read as its own', () => {
    expect(new Set(BASE85_ALPHABET).size).toBe(85);
    expect(BASE85_ALPHABET).not.toMatch(/["\\$%\s]/);
  });

  it('gives back any bytes, filled up with zeros', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (array) => {
        const bytes = Buffer.from(array);
        const read = readBase85(renderBase85(bytes));

        expect(read.subarray(0, bytes.length).equals(bytes)).toBe(true);
        expect(read.subarray(bytes.length).every((byte) => byte === 0)).toBe(true);
        expect(read.length - bytes.length).toBeLessThan(4);
      }),
    );
  });

  it('takes five characters for four bytes', () => {
    expect(renderBase85(Buffer.alloc(400, 0xff))).toHaveLength(500);
  });
});
