import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { World } from './draw-world';
import type { Ending } from './play-ours';
import { renderModelList } from './render-world';
import { replyOf } from './reply';

const DRIVER = join(__dirname, 'router_driver.py');

/** The worlds' calls through LiteLLM's own Router: all of them in one process, which takes long to start. */
export async function playLitellm(
  program: string,
  worlds: readonly World[],
): Promise<ReadonlyMap<string, readonly Ending[]>> {
  const provider = await startProvider(worlds);
  try {
    const lines = await runDriver(
      program,
      worlds.map((world, index) => renderLine(world, `${provider.url}/${index}`)),
    );
    return new Map(
      lines.map(({ world, endings }) => {
        const index = worlds.findIndex(({ name }) => name === world);
        return [
          world,
          endings.map((status, call) => ({ status, asked: provider.askedBy(index, call) })),
        ];
      }),
    );
  } finally {
    await provider.stop();
  }
}

interface DriverLine {
  readonly world: string;
  readonly endings: readonly number[];
}

function renderLine(world: World, url: string): string {
  const { default_fallbacks, ...settings } = world.settings;
  return JSON.stringify({
    world: world.name,
    router: {
      model_list: renderModelList(world, () => url),
      ...settings,
      ...(default_fallbacks === undefined ? {} : { default_fallbacks }),
      set_verbose: false,
    },
    calls: world.calls.map((call, index) => ({ ...call, content: `#${index}#` })),
  });
}

async function runDriver(
  program: string,
  lines: readonly string[],
): Promise<readonly DriverLine[]> {
  const python = spawn(join(dirname(program), 'python'), [DRIVER], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  python.stdin.end(lines.join('\n'));
  const [output, errors] = await Promise.all([text(python.stdout), text(python.stderr)]);
  const endings = output
    .split('\n')
    .filter((line) => line.startsWith('{"world"'))
    .map((line) => JSON.parse(line) as DriverLine);
  if (endings.length !== lines.length) throw new Error(`LiteLLM's router stopped: ${errors}`);
  return endings;
}

interface Provider {
  readonly url: string;
  askedBy(world: number, call: number): readonly string[];
  stop(): Promise<void>;
}

/** One server for all worlds: the path says which world asks, the model which deployment, the prompt which call. */
async function startProvider(worlds: readonly World[]): Promise<Provider> {
  const asked = new Map<string, string[]>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [, world = ''] = (request.url ?? '').split('/');
      const { model } = JSON.parse(body) as { readonly model: string };
      const key = `${world}/${/#(\d+)#/.exec(body)?.[1] ?? ''}`;
      asked.set(key, [...(asked.get(key) ?? []), model]);
      const deployment = worlds[Number(world)]?.deployments.find(({ id }) => id === model);
      const { status, json } = replyOf(deployment?.behaviour);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    askedBy: (world, call) => asked.get(`${world}/${call}`) ?? [],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
