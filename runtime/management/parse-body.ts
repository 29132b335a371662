import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { GatewayError } from '../errors';
import { refuseRepeatedKeys, scanJson } from '../providers/json-bounds';

/** A field of a body: what it must be in words, beside its schema. Values are never quoted: they may be secrets. */
export function field<Schema extends z.ZodType>(allowed: string, schema: Schema) {
  return z
    .unknown()
    .transform((value, sink): z.output<Schema> => {
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      sink.addIssue({ code: 'custom', message: `be ${allowed}, got ${describeKind(value)}` });
      return z.NEVER;
    })
    .optional();
}

/** The whole body as an object. */
export function parseJsonObject(bytes: Buffer): Readonly<Record<string, unknown>> {
  const members = scanJson(bytes);
  let value: unknown;
  try {
    value = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's message would quote the body.
    throw new GatewayError('invalid_json', 'the body must be valid JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    refuseRepeatedKeys(bytes, members, Object.keys(value));
    return value as Readonly<Record<string, unknown>>;
  }
  throw new GatewayError('invalid_json', 'the body must be a JSON object');
}

/** Refuses what the route does not know, so that no field is taken over that nobody thought of. */
export function parseBody<Shape extends z.ZodRawShape>(
  shape: Shape,
  body: Readonly<Record<string, unknown>>,
): z.output<z.ZodObject<Shape>> {
  const known = Object.keys(shape);
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw invalid(
      unknown.slice(0, 64),
      `must be a field of this route, got an unknown one; ${suggestName(unknown, known)}`,
    );
  }
  const result = z.object(shape).safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(String(issue?.path[0] ?? 'body'), `must ${issue?.message ?? 'be correct'}`);
}

export function requireField<Value>(name: string, value: Value | null | undefined): Value {
  if (value === undefined || value === null) throw invalid(name, 'must be given, got nothing');
  return value;
}

export function invalid(name: string, message: string): GatewayError {
  return new GatewayError('invalid_request', `${name} ${message}`, { param: name });
}

/** Only what looks like a slip of the pen: a far-fetched guess would mislead. */
function suggestName(unknown: string, known: readonly string[]): string {
  const nearest = closest(unknown, known);
  const near = distance(unknown, nearest) <= Math.max(2, nearest.length / 3);
  return near ? `did you mean ${nearest}?` : 'remove it';
}

function describeKind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return value === '' ? 'an empty text' : 'a text';
    case 'number':
      return String(value);
    case 'boolean':
      return String(value);
    default:
      return 'an object';
  }
}
