import { z } from 'zod';
import { COOLDOWN_REASONS } from '../routing/health';
import type { ReplicaReport } from './replica-report';

/** Room for some thousand deployments; more is a mistake, or an attack. */
export const MOST_REPORT_BYTES = 1024 * 1024;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const timeMs = z.number().min(0).max(8.64e15);
const answers = z
  .object({ valueMs: z.number().min(0).max(86_400_000), atMs: z.number().min(0) })
  .nullable();

const report: z.ZodType<ReplicaReport> = z.object({
  boot: z.string().min(1).max(128),
  atMs: timeMs,
  directoryPosition: z.string().max(1024).nullable(),
  deployments: z.record(
    z.string().max(512),
    z.object({
      inFlight: count,
      minute: z.number().int(),
      requests: count,
      tokens: count,
      restsUntilMs: timeMs.nullable(),
      restReason: z.enum(COOLDOWN_REASONS),
      answers: z.object({ json: answers, stream: answers }),
    }),
  ),
});

export interface ReportReading {
  readonly text: string;
  /** How long ago it was written, by one clock: that of Redis. */
  readonly ageMs: number;
  /** Now, by this replica's own clock. Unit: milliseconds since 1970. */
  readonly wallMs: number;
}

/**
 * What another replica wrote, with its times moved to this replica's clock: what it said of the future is told from the
 * moment it said so. Null: it makes no sense, as with a replica of another version.
 */
export function parseReplicaReport({ text, ageMs, wallMs }: ReportReading): ReplicaReport | null {
  if (text.length > MOST_REPORT_BYTES) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = report.safeParse(value);
  if (!parsed.success) return null;
  const { atMs, deployments, ...rest } = parsed.data;
  const shiftMs = wallMs - ageMs - atMs;
  const moved = Object.entries(deployments).map(([id, deployment]) => {
    const { restsUntilMs, answers: told } = deployment;
    const until = restsUntilMs === null ? null : restsUntilMs + shiftMs;
    const aged = { json: age(told.json, ageMs), stream: age(told.stream, ageMs) };
    return [id, { ...deployment, restsUntilMs: until, answers: aged }] as const;
  });
  return { ...rest, atMs: atMs + shiftMs, deployments: Object.fromEntries(moved) };
}

/** Times of answers are told as ages, which have grown on the way. */
function age<T extends { readonly atMs: number }>(told: T | null, ageMs: number): T | null {
  return told === null ? null : { ...told, atMs: told.atMs + ageMs };
}
