import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort, waitFor } from '../../render/program';

const BUNDLE = join(__dirname, '..', '..', '..', '..', 'dist', 'gateway', 'gateway.js');

export const MASTER_KEY = 'sk-drill-master-key-0001';

export interface ReplicaSettings {
  readonly folder: string;
  readonly config: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** One gateway process, made of the file that is deployed. Its port and its data folder outlive it. */
export class Replica {
  readonly url: string;
  private child: ChildProcess | null = null;
  private output = '';

  private constructor(
    private readonly settings: ReplicaSettings,
    private readonly name: string,
    private readonly port: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  static async create(settings: ReplicaSettings, name: string): Promise<Replica> {
    if (!existsSync(BUNDLE)) throw new Error(`${BUNDLE} is missing; run npm run build`);
    return new Replica(settings, name, await findFreePort());
  }

  /** Resolves once readiness says yes. */
  async start(): Promise<void> {
    const { folder, config, environment } = this.settings;
    const dataFolder = join(folder, this.name);
    mkdirSync(dataFolder, { recursive: true });
    const configFile = join(folder, `${this.name}.yaml`);
    writeFileSync(configFile, config);
    const child = spawn(process.execPath, [BUNDLE], {
      env: {
        PATH: process.env.PATH ?? '',
        CONFIG_FILE_PATH: configFile,
        HOST: '127.0.0.1',
        PORT: String(this.port),
        LITELLM_MASTER_KEY: MASTER_KEY,
        LITELLM_HA_DATA_DIR: dataFolder,
        LITELLM_HA_REGION: 'local',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stdout.on('data', (chunk) => this.keep(String(chunk)));
    child.stderr.on('data', (chunk) => this.keep(String(chunk)));
    await waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`${this.name} ended: ${this.output}`);
        const response = await fetch(`${this.url}/health/readiness`).catch(() => null);
        await response?.arrayBuffer();
        return response?.status === 200 ? true : null;
      },
      () => `${this.name} did not get ready: ${this.output}`,
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Signals and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await ended;
  }

  /** What it said last. */
  tail(): string {
    return this.output;
  }

  async metric(name: string): Promise<number | null> {
    const response = await fetch(`${this.url}/metrics`);
    const line = (await response.text())
      .split('\n')
      .find((text) => text.startsWith(`${name} `) || text.startsWith(`${name}{`));
    return line === undefined ? null : Number(line.slice(line.lastIndexOf(' ') + 1));
  }

  private keep(text: string): void {
    this.output = (this.output + text).slice(-20_000);
  }
}

/** Asks the gateway for a virtual key. */
export async function createKey(url: string, fields: object = {}): Promise<string> {
  const response = await fetch(`${url}/key/generate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  });
  const body = (await response.json()) as { readonly key?: string };
  if (body.key === undefined) throw new Error(`no key: ${response.status} ${JSON.stringify(body)}`);
  return body.key;
}
