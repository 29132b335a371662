import { createHash } from 'node:crypto';
import { describeRedisError } from './redis-link';
import type { RedisArgument, RedisLink } from './redis-link';

/** A script that Redis runs as a whole, or not at all. */
export interface RedisScript {
  readonly text: string;
  readonly sha1: string;
}

export function createRedisScript(text: string): RedisScript {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly RedisArgument[];
}

/** Names the script by its hash, and sends it whole to a server that does not know it: one that is new, or was flushed. */
export async function sendScript(
  link: RedisLink,
  script: RedisScript,
  { keys, args }: ScriptCall,
): Promise<unknown> {
  const rest = [keys.length, ...keys, ...args];
  try {
    return await link.send('EVALSHA', [script.sha1, ...rest]);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return link.send('EVAL', [script.text, ...rest]);
  }
}

/** The same for a script that answers with bytes. */
export async function sendScriptForBytes(
  link: RedisLink,
  script: RedisScript,
  { keys, args }: ScriptCall,
): Promise<unknown> {
  const rest = [keys.length, ...keys, ...args];
  try {
    return await link.sendForBytes('EVALSHA', [script.sha1, ...rest]);
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return link.sendForBytes('EVAL', [script.text, ...rest]);
  }
}

function isUnknownScript(error: unknown): boolean {
  return describeRedisError(error).startsWith('NOSCRIPT');
}
