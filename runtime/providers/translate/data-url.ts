export interface DataUrl {
  readonly mediaType: string;
  readonly base64: string;
}

/** Long content is searched in its first bytes alone. */
const LONGEST_HEAD = 256;

/** `data:image/png;base64,…` taken apart; null: it is something else. */
export function parseDataUrl(url: string): DataUrl | null {
  if (!url.startsWith('data:')) return null;
  const comma = url.slice(0, LONGEST_HEAD).indexOf(',');
  if (comma === -1) return null;
  const [mediaType = '', ...attributes] = url.slice('data:'.length, comma).split(';');
  if (attributes.at(-1) !== 'base64') return null;
  return { mediaType: mediaType.toLowerCase(), base64: url.slice(comma + 1) };
}
