/**
 * Printable ASCII without what JSON, XML, a shell or Terraform's `${` and `%{` would have to escape: 85 characters.
 *
 * Base64 takes four characters for three bytes, this five for four: a sixteenth less of what a machine's metadata holds.
 */
export const BASE85_ALPHABET = Array.from({ length: 94 }, (_, index) =>
  String.fromCharCode(33 + index),
)
  .filter((character) => !'"$%&\'<>\\`'.includes(character))
  .join('');

/** Text of the bytes, filled up with zeros to a multiple of four. Whoever reads it has to know how many there were. */
export function renderBase85(bytes: Buffer): string {
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  const text = Buffer.alloc((padded.length / 4) * 5);
  for (let group = 0; group < padded.length / 4; group += 1) {
    let value = padded.readUInt32BE(group * 4);
    for (let place = 4; place >= 0; place -= 1) {
      text[group * 5 + place] = BASE85_ALPHABET.charCodeAt(value % 85);
      value = Math.floor(value / 85);
    }
  }
  return text.toString('latin1');
}
