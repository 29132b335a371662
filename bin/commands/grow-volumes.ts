import { Command } from 'commander';
import { growVolumes } from '../../operations/volumes/grow-volumes';
import { createKubectl } from '../../operations/volumes/kubectl';

interface GrowVolumesOptions {
  readonly manifests: string;
  readonly context?: string;
  readonly confirm: readonly string[];
}

/** `litellm-ha grow-volumes`: volumes of a running deployment on Kubernetes come to the size that is described. */
export function growVolumesCommand(): Command {
  return new Command('grow-volumes')
    .description('on Kubernetes, bring volumes to the size that manifests describe; pods go on')
    .requiredOption('--manifests <path>', 'file or folder of the new manifests')
    .option('--context <name>', "context of kubectl's configuration")
    .option('--confirm <set...>', 'StatefulSets that may be deleted without their pods', [])
    .action(async ({ manifests, context, confirm }: GrowVolumesOptions) => {
      await growVolumes({
        kubectl: createKubectl(context ?? null),
        manifests,
        confirmed: confirm,
        report: (line) => process.stdout.write(`${line}\n`),
      });
    });
}
