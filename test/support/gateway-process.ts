import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** Long enough for every address. */
export const PROCESS_KEY = 'sk-process-0123456789';

export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** What it has written to stdout and stderr so far. */
  readonly said: () => string;
}

export interface ProcessOptions {
  readonly config: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Limits of the shell that starts it, such as `ulimit -n 256`. */
  readonly shell?: string;
}

/** The gateway as it is shipped, one file, started as a process of its own. */
export class GatewayProcesses {
  readonly folder = mkdtempSync(join(tmpdir(), 'litellm-ha-process-'));
  private readonly bundle = join(this.folder, 'gateway.js');
  private readonly children: ChildProcess[] = [];

  build(): void {
    buildSync({
      entryPoints: [join(__dirname, '../../runtime/entry.ts')],
      bundle: true,
      platform: 'node',
      target: 'node20',
      external: ['pg-native'],
      outfile: this.bundle,
    });
  }

  /** Resolves once it takes requests; rejects with what it said when it ends instead. */
  async start(options: ProcessOptions): Promise<GatewayProcess> {
    const child = this.spawn(options);
    let text = '';
    return new Promise((resolve, reject) => {
      const listen = (chunk: Buffer): void => {
        text += chunk.toString();
        const url = /litellm-ha ready on (\S+)\n/.exec(text)?.[1];
        if (url !== undefined) resolve({ child, url, said: () => text });
      };
      child.stdout?.on('data', listen);
      child.stderr?.on('data', listen);
      child.once('exit', (code) => reject(new Error(`ended with ${code}: ${text}`)));
    });
  }

  spawn({ config, environment, shell }: ProcessOptions): ChildProcess {
    const file = join(this.folder, `config-${this.children.length}.yaml`);
    writeFileSync(file, config);
    const env = {
      PATH: process.env.PATH,
      CONFIG_FILE_PATH: file,
      HOST: '127.0.0.1',
      PORT: '0',
      LITELLM_MASTER_KEY: PROCESS_KEY,
      ...environment,
    };
    const child =
      shell === undefined
        ? spawn(process.execPath, [this.bundle], { env })
        : spawn('bash', ['-c', `${shell}; exec "$0" "$1"`, process.execPath, this.bundle], { env });
    this.children.push(child);
    return child;
  }

  /** Ends them all and takes the folder away. */
  clear(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true });
  }
}

/** A configuration of one model whose provider listens there. */
export function renderProcessConfig(providerUrl: string): string {
  return [
    'model_list:',
    '  - model_name: gpt-4o',
    '    litellm_params:',
    '      model: openai/gpt-4o',
    '      api_key: sk-provider',
    `      api_base: ${providerUrl}`,
    '',
  ].join('\n');
}
