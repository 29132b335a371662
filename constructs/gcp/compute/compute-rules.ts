import { Token } from 'cdktf';
import type { Problem, Warning } from '../../../lib';
import { DEFAULT_CPU_MILLICORES, DEFAULT_MEMORY_MIB } from '../../../lib/spec/defaults';
import { accept, type Checked, refuse } from '../foundation/checked';
import type { InstanceGroupProps } from './choice';
import { registryOfGoogle } from './google-registry';
import { type MachineType, parseMachineType, planMachineType } from './machine-type';

/** The machine is of a known kind and has room for the replica. */
export function checkMachine(props: InstanceGroupProps): Checked<MachineType> {
  const cpuMillicores = props.cpuMillicores ?? DEFAULT_CPU_MILLICORES;
  const memoryMib = props.memoryMib ?? DEFAULT_MEMORY_MIB;
  const name = props.machineType ?? planMachineType({ cpuMillicores, memoryMib });
  const machine = parseMachineType(name);
  if (machine === null) {
    return refuse({
      rule: 'gcp.machine-type',
      path: 'compute.machineType',
      allowed: 'be an x86 machine type of the families e2, n2, n2d, t2d, c2, c2d, c3 or c3d',
      got: JSON.stringify(name),
      fix: 'write it like e2-standard-2 or n2-custom-2-4096',
    });
  }
  if (machine.vcpus * 1000 >= cpuMillicores && machine.memoryMib > memoryMib) {
    return accept(machine);
  }
  return refuse({
    rule: 'gcp.machine-type',
    path: 'compute.machineType',
    allowed: `have room for a replica of ${cpuMillicores} millicores and ${memoryMib} MiB`,
    got: `${name} with ${machine.vcpus * 1000} millicores and ${machine.memoryMib} MiB`,
    fix: 'choose a larger one, or leave it out',
  });
}

/** An existing bucket is given by its name, not by its address. */
export function checkCodeBucket(props: InstanceGroupProps): readonly Problem[] {
  const name = props.codeBucket;
  if (name === undefined || Token.isUnresolved(name)) return [];
  if (/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name)) return [];
  return [
    {
      rule: 'gcp.code-bucket',
      path: 'compute.codeBucket',
      allowed: 'be the name of a bucket in Cloud Storage',
      got: JSON.stringify(name),
      fix: 'write it like my-code-bucket, without gs:// and without a folder',
    },
  ];
}

/** The Node image is pinned: with a moving tag, machines of one rollout could differ. */
export function checkNodeImage(props: InstanceGroupProps): readonly Problem[] {
  const image = props.nodeImage;
  if (image === undefined || Token.isUnresolved(image)) return [];
  if (/^[a-z0-9][\w.:/-]*@sha256:[0-9a-f]{64}$/.test(image)) return [];
  return [
    {
      rule: 'gcp.node-image',
      path: 'compute.nodeImage',
      allowed: 'be an image by its digest',
      got: JSON.stringify(image),
      fix: 'write it like us-central1-docker.pkg.dev/my-project/images/node@sha256:… with all 64 digits',
    },
  ];
}

/** Images that every new machine pulls from outside Google Cloud. */
export function warnOfOutsideImages(given: {
  readonly nodeImage: string | undefined;
  readonly reference: string | undefined;
}): readonly Warning[] {
  const images = [
    { path: 'compute.nodeImage', image: given.nodeImage },
    { path: 'image.reference', image: given.reference },
  ];
  return images.flatMap(({ path, image }) =>
    image === undefined || Token.isUnresolved(image) || registryOfGoogle(image) !== null
      ? []
      : [
          {
            rule: 'gcp.outside-image',
            path,
            message:
              `is pulled from ${registryOf(image)} by each new machine, so no machine can be replaced while ` +
              'that registry is down or rate-limits you; keep a copy in Artifact Registry',
          },
        ],
  );
}

/** As Docker reads it: a first segment without a dot or a port is a name on Docker Hub. */
function registryOf(image: string): string {
  const [host = '', ...path] = image.split('/');
  return path.length > 0 && /[.:]/.test(host) ? host : 'docker.io';
}
