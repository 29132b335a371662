/** By the end of an address; Google wants to be told what it will find there. */
const TYPES: Readonly<Record<string, string>> = {
  aac: 'audio/aac',
  avi: 'video/avi',
  csv: 'text/csv',
  flac: 'audio/flac',
  flv: 'video/x-flv',
  gif: 'image/gif',
  heic: 'image/heic',
  heif: 'image/heif',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  md: 'text/md',
  mov: 'video/mov',
  mp3: 'audio/mp3',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mpg: 'video/mpg',
  ogg: 'audio/ogg',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  wav: 'audio/wav',
  webm: 'video/webm',
  webp: 'image/webp',
  wmv: 'video/wmv',
};

const YOUTUBE = /^https?:\/\/(www\.|m\.)?(youtube\.com|youtu\.be)\//;

/** Null: the address does not tell. */
export function selectMediaType(uri: string): string | null {
  if (YOUTUBE.test(uri)) return 'video/mp4';
  const path = uri.split(/[?#]/, 1)[0] ?? '';
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  return Object.hasOwn(TYPES, extension) ? (TYPES[extension] ?? null) : null;
}
