import { execFile } from 'node:child_process';

/** Runs kubectl with arguments and an input, and gives back what it printed. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** Manifests of a whole deployment are a few MiB. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** The kubectl of the PATH, in a context of its configuration. Null: the current one. */
export function createKubectl(context: string | null, program = 'kubectl'): Kubectl {
  const common = context === null ? [] : ['--context', context];
  return (args, input = '') =>
    new Promise((resolve, reject) => {
      const child = execFile(
        program,
        [...common, ...args],
        { maxBuffer: MAX_OUTPUT_BYTES },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`kubectl ${args.join(' ')}: ${stderr.trim() || error.message}`));
        },
      );
      child.stdin?.end(input);
    });
}
