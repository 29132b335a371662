import { gunzipSync } from 'node:zlib';
import { PREPARE_SCRIPT } from '../../../../constructs/gcp/compute/prepare-script';
import {
  renderUnit,
  renderUserData,
  type ReplicaInput,
} from '../../../../constructs/gcp/compute/replica-metadata';

const CODE = { bucket: '${bucket.name}', name: 'litellm-ha/chat/gateway-0123.js', sha256: '0123' };
const NODE = 'docker.io/library/node:22@sha256:0123';

function anInput(overrides: Partial<ReplicaInput> = {}): ReplicaInput {
  return {
    program: { kind: 'script', code: CODE },
    nodeImage: NODE,
    configYaml: 'model_list: []\n',
    port: 4000,
    cpuMillicores: 1500,
    memoryMib: 768,
    graceSeconds: 630,
    environment: { PORT: '4000', HOST: '0.0.0.0' },
    secrets: [],
    metadataUrl: 'http://metadata',
    secretManagerUrl: 'https://secrets',
    storageUrl: 'https://storage',
    lateFiles: { 'database-ca.pem': '${base64encode(a.b.cert)}' },
    ...overrides,
  };
}

interface File {
  readonly path: string;
  readonly permissions: string;
  readonly encoding?: string;
  readonly content: string;
}

function filesOf(text: string): ReadonlyMap<string, File> {
  expect(text.startsWith('#cloud-config\n{')).toBe(true);
  const document = JSON.parse(text.replace('#cloud-config\n', '')) as {
    readonly write_files: readonly File[];
  };
  return new Map(document.write_files.map((file) => [file.path, file]));
}

function unpack(file: File | undefined): string {
  expect(file?.encoding).toBe('gz+b64');
  return gunzipSync(Buffer.from(file?.content ?? '', 'base64')).toString('utf8');
}

describe('renderUserData', () => {
  it('writes the configuration, the program of the start, its manifest and the unit', () => {
    const files = filesOf(renderUserData(anInput()));

    expect([...files.keys()]).toEqual([
      '/etc/litellm/config.yaml',
      '/etc/litellm/prepare.js',
      '/etc/litellm/manifest.json',
      '/etc/litellm/gateway.env',
      '/etc/litellm/database-ca.pem',
      '/etc/systemd/system/litellm.service',
    ]);
    expect(unpack(files.get('/etc/litellm/config.yaml'))).toBe('model_list: []\n');
    expect(unpack(files.get('/etc/litellm/prepare.js'))).toBe(PREPARE_SCRIPT);
    expect(files.get('/etc/litellm/gateway.env')?.content).toBe('HOST=0.0.0.0\nPORT=4000\n');
    expect(files.get('/etc/litellm/database-ca.pem')).toEqual({
      path: '/etc/litellm/database-ca.pem',
      permissions: '0644',
      encoding: 'b64',
      content: '${base64encode(a.b.cert)}',
    });
    expect(JSON.parse(files.get('/etc/litellm/manifest.json')?.content ?? '')).toEqual({
      metadataUrl: 'http://metadata',
      secretManagerUrl: 'https://secrets',
      storageUrl: 'https://storage',
      code: CODE,
      secrets: [],
    });
  });

  it('names no code when an image holds it', () => {
    const program = { kind: 'image', reference: 'ghcr.io/berriai/litellm:v1' } as const;
    const manifest = filesOf(renderUserData(anInput({ program }))).get(
      '/etc/litellm/manifest.json',
    );

    expect(JSON.parse(manifest?.content ?? '')).toMatchObject({ code: null });
  });

  it('keeps what Terraform would read as its own out of sight', () => {
    const text = renderUserData(
      anInput({
        configYaml: 'key: ${not_terraform}\n',
        program: { kind: 'script', code: { ...CODE, bucket: 'bucket' } },
        lateFiles: {},
      }),
    );

    expect(text).not.toContain('${');
  });
});

describe('renderUnit', () => {
  it('runs the gateway confined, with its share of the machine', () => {
    const [start] = linesOf(renderUnit(anInput()), 'ExecStart=');

    expect(start).toBe(
      'ExecStart=/usr/bin/docker run --rm --name=litellm --network=host --cpus=1.5 --memory=768m ' +
        '--log-opt=max-size=50m --log-opt=max-file=3 --env-file=/etc/litellm/gateway.env ' +
        '--env-file=/run/litellm/secrets.env --volume=/etc/litellm:/etc/litellm:ro ' +
        '--security-opt=no-new-privileges --volume=/run/litellm/gateway.js:/gateway/gateway.js:ro ' +
        '--volume=/var/lib/litellm-ha:/var/lib/litellm-ha ' +
        `--user=1000:1000 --read-only --tmpfs=/tmp --cap-drop=ALL ${NODE} node /gateway/gateway.js`,
    );
  });

  it('runs an image that is brought by its own entry point', () => {
    const program = { kind: 'image', reference: 'ghcr.io/berriai/litellm:v1' } as const;

    const [start = ''] = linesOf(renderUnit(anInput({ program })), 'ExecStart=');

    expect(start.endsWith(' --security-opt=no-new-privileges ghcr.io/berriai/litellm:v1')).toBe(
      true,
    );
  });

  it('signs in to Artifact Registry with the identity of the machine', () => {
    const reference = 'europe-docker.pkg.dev/my-project/images/gateway@sha256:0123';
    const unit = renderUnit(anInput({ program: { kind: 'image', reference } }));

    expect(unit).toContain(
      'ExecStartPre=/usr/bin/docker-credential-gcr configure-docker --registries=europe-docker.pkg.dev\n',
    );
    expect(renderUnit(anInput())).not.toContain('docker-credential-gcr');
  });

  it('signs in to each registry of the images once', () => {
    const nodeImage = 'us-docker.pkg.dev/my-project/images/node@sha256:0123';
    const signIns = ['us', 'europe'].map((place) => {
      const reference = `${place}-docker.pkg.dev/my-project/images/gateway@sha256:0123`;
      const unit = renderUnit(anInput({ nodeImage, program: { kind: 'image', reference } }));
      return linesOf(unit, 'ExecStartPre=/usr/bin/docker-credential-gcr');
    });

    const command = 'ExecStartPre=/usr/bin/docker-credential-gcr configure-docker --registries=';
    expect(signIns).toEqual([
      [`${command}us-docker.pkg.dev`],
      [`${command}us-docker.pkg.dev,europe-docker.pkg.dev`],
    ]);
  });

  it('opens the port in the firewall of the system, and prepares the start in the Node image', () => {
    expect(linesOf(renderUnit(anInput()), 'ExecStartPre=')).toEqual([
      'ExecStartPre=/bin/sh -c "iptables -w -C INPUT -p tcp --dport 4000 -j ACCEPT || ' +
        'iptables -w -A INPUT -p tcp --dport 4000 -j ACCEPT"',
      'ExecStartPre=/usr/bin/install -d -m 0700 -o 1000 -g 1000 /var/lib/litellm-ha',
      'ExecStartPre=-/usr/bin/docker rm --force litellm',
      'ExecStartPre=/usr/bin/docker run --rm --network=host --user=0:0 --read-only --cap-drop=ALL ' +
        '--security-opt=no-new-privileges --volume=/etc/litellm:/etc/litellm:ro ' +
        `--volume=/run/litellm:/run/litellm ${NODE} ` +
        'node /etc/litellm/prepare.js /etc/litellm/manifest.json /run/litellm',
    ]);
  });

  it('waits for open streams when it stops, and longer than Docker does', () => {
    const unit = renderUnit(anInput({ graceSeconds: 300 }));

    expect(linesOf(unit, 'ExecStop=')).toEqual([
      'ExecStop=/usr/bin/docker stop --time=300 litellm',
    ]);
    expect(linesOf(unit, 'TimeoutStopSec=')).toEqual(['TimeoutStopSec=310']);
  });
});

function linesOf(unit: string, start: string): readonly string[] {
  return unit.split('\n').filter((line) => line.startsWith(start));
}
