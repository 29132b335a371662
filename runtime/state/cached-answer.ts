import { z } from 'zod';

/** An answer as it is kept: the bytes that the client got, and what is told of them without reading them. */
export interface CachedAnswer {
  readonly kind: 'json' | 'stream';
  /** Unit: milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Who gave it. */
  readonly deploymentId: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly body: Buffer;
}

const head = z.object({
  v: z.literal(1),
  kind: z.enum(['json', 'stream']),
  createdAtMs: z.number(),
  deploymentId: z.string(),
  promptTokens: z.number().min(0),
  completionTokens: z.number().min(0),
});

const NEWLINE = 0x0a;

/** One line of JSON, and after it the body byte for byte. */
export function renderCachedAnswer({ body, ...told }: CachedAnswer): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ v: 1, ...told })}\n`), body]);
}

/** Null for what another version has kept. */
export function parseCachedAnswer(bytes: Buffer): CachedAnswer | null {
  const end = bytes.indexOf(NEWLINE);
  if (end === -1) return null;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8', 0, end));
  } catch {
    return null;
  }
  const parsed = head.safeParse(value);
  if (!parsed.success) return null;
  const { v: _, ...told } = parsed.data;
  return { ...told, body: bytes.subarray(end + 1) };
}
