import { BASE85_ALPHABET } from '../../../constructs/gcp/compute/base85';

/** The digits of each group, most significant first. */
export function readBase85(text: string): Buffer {
  const groups = text.match(/.{5}/gs) ?? [];
  return Buffer.concat(
    groups.map((group) => {
      const value = [...group].reduce((sum, digit) => sum * 85 + BASE85_ALPHABET.indexOf(digit), 0);
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    }),
  );
}
