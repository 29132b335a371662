import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Drawn } from './draw-request';

type Json = Readonly<Record<string, unknown>>;

/** What LiteLLM would send for each request, in one process, which takes long to start. Null: it refuses a parameter. */
export function translateByLitellm(
  program: string,
  provider: 'anthropic' | 'bedrock' | 'vertex_ai',
  requests: readonly Drawn[],
): readonly (Json | null)[] {
  const python = spawnSync(
    join(dirname(program), 'python'),
    [join(__dirname, 'translate_driver.py')],
    {
      input: requests.map((each) => JSON.stringify({ provider, ...each })).join('\n'),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const told = python.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { readonly body?: Json; readonly error?: string });
  if (told.length !== requests.length) throw new Error(`LiteLLM stopped: ${python.stderr}`);
  return told.map(({ body, error = '' }, at) => {
    if (body !== undefined) return body;
    if (error.startsWith('UnsupportedParamsError')) return null;
    throw new Error(`${error}: ${JSON.stringify(requests[at])}`);
  });
}
