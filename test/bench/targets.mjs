import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CLIENT_MODEL, COMPLETION_TOKENS, KEY, PROVIDER_MODEL } from './payloads.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const START_LIMIT_MS = 10_000;
/** Measured programs have one core to themselves; what drives them shares the other. */
const MEASURED_CORE = '0';
const DRIVING_CORE = '1';

export const hasTaskset = canRun('taskset', ['-c', DRIVING_CORE, 'true']);
export const hasNginx = canRun('nginx', ['-v']);

function canRun(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** A running program of the bench. */
export class Target {
  constructor(child, port, folder) {
    this.child = child;
    this.pid = child.pid;
    this.port = port;
    this.folder = folder;
  }

  /** Resolves once it is gone and has said its last word. */
  stop() {
    this.stopping ??= this.#stop();
    return this.stopping;
  }

  async #stop() {
    const closed = once(this.child, 'close');
    if (this.child.kill('SIGTERM')) await closed;
    if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Everything that can stand between driver and mock. `bundle`: the file of the gateway, and Node's flags for it. */
export async function startTarget(name, { upstreamPort, bundle, models = 1 }) {
  const port = await findFreePort();
  const node = (file, ...args) => ['node', join(HERE, file), ...args.map(String)];
  switch (name) {
    case 'floor':
      return startProgram(node('floor-relay.mjs', port, upstreamPort), port);
    case 'bare-relay':
      return startProgram(node('bare-relay.mjs', port, upstreamPort), port);
    case 'bare-node':
      return startProgram(node('bare-server.mjs', port), port);
    case 'nginx':
      return startNginx(port, upstreamPort);
    default:
      return startGateway(bundle, { port, upstreamPort, models });
  }
}

export async function startMock() {
  const port = await findFreePort();
  const command = ['node', join(HERE, 'mock-upstream.mjs'), String(port)];
  return startProgram(command, port, { core: DRIVING_CORE });
}

/** The driver, with a channel for its orders. */
export function startDriver() {
  const command = pin(['node', join(HERE, 'driver.mjs')], DRIVING_CORE);
  const child = spawn(command[0], command.slice(1), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Target(child, null, null);
}

async function startGateway(bundle, { port, upstreamPort, models }) {
  const folder = mkdtempSync(join(tmpdir(), 'litellm-ha-bench-'));
  const file = join(folder, 'config.yaml');
  writeFileSync(file, renderConfig(upstreamPort, models));
  const target = await startProgram(['node', ...bundle.nodeFlags, bundle.file], port, {
    folder,
    env: {
      PATH: process.env.PATH,
      CONFIG_FILE_PATH: file,
      HOST: '127.0.0.1',
      PORT: String(port),
      LITELLM_MASTER_KEY: KEY,
      OPENAI_API_KEY: 'sk-bench-provider',
      LITELLM_HA_REGION: 'bench-1',
    },
  });
  target.log = new LogCounter(target.child.stdout);
  return target;
}

/** All that a production configuration arms: three deployments a model, retries, timeouts, fallbacks. */
function renderConfig(upstreamPort, models) {
  const names = Array.from({ length: models }, (_, index) => CLIENT_MODEL + (index || ''));
  const deployments = names.flatMap((name) =>
    ['a', 'b', 'c'].map((letter) => ({
      model_name: name,
      model_info: { id: `${name}-${letter}` },
      litellm_params: {
        model: `openai/${PROVIDER_MODEL}`,
        api_base: `http://127.0.0.1:${upstreamPort}/${letter}`,
        timeout: 60,
      },
    })),
  );
  const router_settings = { num_retries: 2, timeout: 120, allowed_fails: 3, cooldown_time: 30 };
  // JSON is YAML.
  return JSON.stringify({ model_list: deployments, router_settings });
}

/** Reads the access log as a container's collector would, and counts what the run has to account for. */
class LogCounter {
  lines = 0;
  withUsage = 0;
  #rest = '';

  constructor(stream) {
    stream.setEncoding('latin1');
    stream.on('data', (text) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop();
      for (const line of lines) {
        if (!line.includes('"outcome":"success"')) continue;
        this.lines += 1;
        if (line.includes(`"completionTokens":${COMPLETION_TOKENS}`)) this.withUsage += 1;
      }
    });
  }
}

function startNginx(port, upstreamPort) {
  const folder = mkdtempSync(join(tmpdir(), 'litellm-ha-bench-'));
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; master_process off; worker_rlimit_nofile 8192; pid ${folder}/pid; error_log ${folder}/error.log;
    events { worker_connections 4096; }
    http {
      access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
      keepalive_timeout 300s; keepalive_requests 100000000; client_body_buffer_size 256k;
      upstream mock { server 127.0.0.1:${upstreamPort}; keepalive 1024; keepalive_requests 100000000; keepalive_timeout 300s; }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off;
        }
      }
    }`,
  );
  return startProgram(['nginx', '-p', folder, '-c', file], port, { folder });
}

/** Resolves once the program takes connections. */
async function startProgram(
  command,
  port,
  { core = MEASURED_CORE, env = process.env, folder = null } = {},
) {
  const [program, ...args] = pin(command, core);
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const endsMs = performance.now() + START_LIMIT_MS;
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null || performance.now() > endsMs) {
      child.kill('SIGKILL');
      throw new Error(`${command.join(' ')} does not take connections on port ${port}`);
    }
  }
  return new Target(child, port, folder);
}

/** What a script of this folder prints, run on the core of what is measured. */
export async function runToEnd([program, ...args]) {
  const script = args.map((each) => (String(each).endsWith('.mjs') ? join(HERE, each) : `${each}`));
  const [command, ...rest] = pin([program, ...script], MEASURED_CORE);
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${rest.join(' ')} ended with ${code}`);
  return output;
}

function pin(command, core) {
  return hasTaskset ? ['taskset', '-c', core, ...command] : command;
}

function takesConnections(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (yes) => {
      socket.destroy();
      // Two milliseconds between tries, so that waiting takes no part of what is waited for.
      if (yes) resolve(true);
      else setTimeout(() => resolve(false), 2);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

async function findFreePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
