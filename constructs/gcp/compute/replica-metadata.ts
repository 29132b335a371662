import { gzipSync } from 'node:zlib';
import { GATEWAY_DATA_FOLDER } from '../../../lib';
import { registryOfGoogle } from './google-registry';
import {
  type CodeObject,
  PREPARE_SCRIPT,
  type PrepareManifest,
  type SecretEntry,
} from './prepare-script';

/** What a machine needs to know to become a replica. */
export interface ReplicaInput {
  readonly program: ReplicaProgram;
  /** Prepares the start of the replica, and runs the gateway when it is a script: any image with Node. */
  readonly nodeImage: string;
  readonly configYaml: string;
  readonly port: number;
  readonly cpuMillicores: number;
  readonly memoryMib: number;
  readonly graceSeconds: number;
  /** Known at synth or bound late, without line breaks; no secrets. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretEntry[];
  readonly metadataUrl: string;
  readonly secretManagerUrl: string;
  readonly storageUrl: string;
  /** By name below `FOLDER`: texts in base64 that are bound late, such as certificates. */
  readonly lateFiles: Readonly<Record<string, string>>;
}

export type ReplicaProgram =
  | { readonly kind: 'script'; readonly code: CodeObject }
  | { readonly kind: 'image'; readonly reference: string };

/** Where the files of a replica stand, on the machine and in the container alike. */
export const FOLDER = '/etc/litellm';
export const CONFIG_FILE = `${FOLDER}/config.yaml`;

/** In memory, readable by root alone, gone with the machine. */
const RUN_FOLDER = '/run/litellm';

/** Google's bound on one value of a machine's metadata. */
export const METADATA_VALUE_BYTES = 256 * 1024;

/** The host's own stop goes first; systemd ends what Docker could not. */
const STOP_MARGIN_SECONDS = 10;

/** A cloud-init document for Container-Optimized OS: the `user-data` of a replica's machine. */
export function renderUserData(input: ReplicaInput): string {
  const manifest: PrepareManifest = {
    metadataUrl: input.metadataUrl,
    secretManagerUrl: input.secretManagerUrl,
    storageUrl: input.storageUrl,
    code: input.program.kind === 'script' ? input.program.code : null,
    secrets: input.secrets,
  };
  return renderCloudConfig(input, manifest);
}

/** JSON is YAML, so that no late-bound value can break the indentation. */
function renderCloudConfig(input: ReplicaInput, manifest: PrepareManifest): string {
  const document = {
    write_files: [
      packedFile(CONFIG_FILE, input.configYaml),
      packedFile(`${FOLDER}/prepare.js`, PREPARE_SCRIPT),
      plainFile(`${FOLDER}/manifest.json`, JSON.stringify(manifest)),
      plainFile(`${FOLDER}/gateway.env`, renderEnvironment(input.environment)),
      ...Object.entries(input.lateFiles).map(([name, content]) => ({
        path: `${FOLDER}/${name}`,
        permissions: '0644',
        encoding: 'b64',
        content,
      })),
      plainFile('/etc/systemd/system/litellm.service', renderUnit(input)),
    ],
    runcmd: [
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'start', '--no-block', 'litellm.service'],
    ],
  };
  return `#cloud-config\n${JSON.stringify(document, null, 1)}\n`;
}

/** The unit that keeps one replica running. */
export function renderUnit(input: ReplicaInput): string {
  return [
    '[Unit]',
    'Description=LiteLLM gateway',
    'Wants=network-online.target docker.service',
    'After=network-online.target docker.service',
    // A replica that gives up stays down until the group replaces its machine, which takes minutes longer.
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    `Environment=HOME=${RUN_FOLDER}`,
    'RuntimeDirectory=litellm',
    'RuntimeDirectoryMode=0700',
    'RuntimeDirectoryPreserve=yes',
    'Restart=always',
    'RestartSec=2',
    'TimeoutStartSec=600',
    `TimeoutStopSec=${input.graceSeconds + STOP_MARGIN_SECONDS}`,
    ...unitCommands(input),
    '',
  ].join('\n');
}

function unitCommands(input: ReplicaInput): readonly string[] {
  const rule = `INPUT -p tcp --dport ${input.port} -j ACCEPT`;
  return [
    // The system's own firewall lets nothing in but SSH.
    `ExecStartPre=/bin/sh -c "iptables -w -C ${rule} || iptables -w -A ${rule}"`,
    // What is not delivered yet outlives the container, and the machine's restart.
    ...(input.program.kind === 'script'
      ? [`ExecStartPre=/usr/bin/install -d -m 0700 -o 1000 -g 1000 ${GATEWAY_DATA_FOLDER}`]
      : []),
    ...registryLogin(input),
    'ExecStartPre=-/usr/bin/docker rm --force litellm',
    `ExecStartPre=/usr/bin/docker run ${PREPARE_OPTIONS} ${input.nodeImage} node ${FOLDER}/prepare.js ${FOLDER}/manifest.json ${RUN_FOLDER}`,
    `ExecStart=/usr/bin/docker run ${runOptions(input).join(' ')} ${runCommand(input)}`,
    `ExecStop=/usr/bin/docker stop --time=${input.graceSeconds} litellm`,
  ];
}

const PREPARE_OPTIONS = [
  '--rm',
  '--network=host',
  '--user=0:0',
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  `--volume=${FOLDER}:${FOLDER}:ro`,
  `--volume=${RUN_FOLDER}:${RUN_FOLDER}`,
].join(' ');

/** Of the stock Node images. */
const GATEWAY_USER = '1000:1000';

/** In the container; the folder it comes from is closed to the user it runs as. */
const GATEWAY_SCRIPT = '/gateway/gateway.js';

/** The host's network, because NAT tables fill up with thousands of open streams. */
function runOptions(input: ReplicaInput): readonly string[] {
  return [
    '--rm',
    '--name=litellm',
    '--network=host',
    `--cpus=${input.cpuMillicores / 1000}`,
    `--memory=${input.memoryMib}m`,
    '--log-opt=max-size=50m',
    '--log-opt=max-file=3',
    `--env-file=${FOLDER}/gateway.env`,
    `--env-file=${RUN_FOLDER}/secrets.env`,
    `--volume=${FOLDER}:${FOLDER}:ro`,
    '--security-opt=no-new-privileges',
    // What an image that is brought writes to its own disk is not ours to forbid.
    ...(input.program.kind === 'script'
      ? [
          `--volume=${RUN_FOLDER}/gateway.js:${GATEWAY_SCRIPT}:ro`,
          `--volume=${GATEWAY_DATA_FOLDER}:${GATEWAY_DATA_FOLDER}`,
          `--user=${GATEWAY_USER}`,
          '--read-only',
          '--tmpfs=/tmp',
          '--cap-drop=ALL',
        ]
      : []),
  ];
}

function runCommand(input: ReplicaInput): string {
  return input.program.kind === 'script'
    ? `${input.nodeImage} node ${GATEWAY_SCRIPT}`
    : input.program.reference;
}

/** Artifact Registry asks for the machine's own identity; public registries for none. */
function registryLogin({ program, nodeImage }: ReplicaInput): readonly string[] {
  const images = program.kind === 'image' ? [nodeImage, program.reference] : [nodeImage];
  const hosts = new Set(images.flatMap((image) => registryOfGoogle(image) ?? []));
  if (hosts.size === 0) return [];
  return [
    `ExecStartPre=/usr/bin/docker-credential-gcr configure-docker --registries=${[...hosts].join(',')}`,
  ];
}

function renderEnvironment(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function plainFile(path: string, content: string) {
  return { path, permissions: '0644', content };
}

/** Packed for size, and because Terraform would read `${` in it as its own. */
function packedFile(path: string, content: string) {
  const packed = gzipSync(content, { level: 9 });
  // The tenth byte names the operating system that packed; 255 stands for none, so that all of them pack alike.
  packed[9] = 255;
  return { path, permissions: '0644', encoding: 'gz+b64', content: packed.toString('base64') };
}
