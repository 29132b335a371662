import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  PREPARE_SCRIPT,
  type PrepareManifest,
} from '../../../../constructs/gcp/compute/prepare-script';
import { codePath, FakeGoogle, prepare, TOKEN_PATH } from '../fake-google';

const GATEWAY = 'console.log("the gateway");\n';
const CODE = {
  bucket: 'code-0123',
  name: 'litellm-ha/chat/gateway.js',
  sha256: createHash('sha256').update(GATEWAY).digest('hex'),
};
const CODE_PATH = codePath(CODE);

describe('PREPARE_SCRIPT', () => {
  const key = 'projects/p/secrets/key/versions/latest';
  const password = 'projects/p/secrets/password/versions/3';
  let google: FakeGoogle;
  let folder: string;

  beforeEach(async () => {
    google = new FakeGoogle();
    folder = mkdtempSync(join(tmpdir(), 'prepare-'));
    writeFileSync(join(folder, 'prepare.js'), PREPARE_SCRIPT);
    await google.start();
    google.keepCode(CODE, GATEWAY);
    google.keepSecret(key, 'sk-123\n');
    google.keepSecret(password, 'pass');
  });

  afterEach(async () => {
    await google.stop();
  });

  it('fetches the gateway and writes the secrets for root alone', async () => {
    const { code, stderr } = await run();

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(join(folder, 'gateway.js'), 'utf8')).toBe(GATEWAY);
    expect(readFileSync(join(folder, 'secrets.env'), 'utf8')).toBe(
      'OPENAI_API_KEY=sk-123\nDATABASE_URL=postgresql://u:pass@10.0.0.3:5432/db\n',
    );
    expect(statSync(join(folder, 'secrets.env')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'gateway.js')).mode & 0o777).toBe(0o644);
  });

  it('asks the metadata server by its header, and Cloud Storage and Secret Manager with the token', async () => {
    await run();

    const asked = google.requests.map(({ url = '', headers }) =>
      url === TOKEN_PATH
        ? `token ${String(headers['metadata-flavor'])}`
        : `${url} ${headers.authorization ?? ''}`,
    );
    expect(asked.sort()).toEqual([
      `${CODE_PATH} Bearer a-token`,
      `/v1/${key}:access Bearer a-token`,
      `/v1/${password}:access Bearer a-token`,
      'token Google',
      'token Google',
    ]);
  });

  it('asks for no gateway when an image holds it', async () => {
    const { code } = await run({ code: null });

    expect(code).toBe(0);
    expect(google.requests.map(({ url }) => url).sort()).toEqual([
      TOKEN_PATH,
      `/v1/${key}:access`,
      `/v1/${password}:access`,
    ]);
  });

  it('never leaves code in place whose hash is another', async () => {
    google.answers.set(CODE_PATH, `${GATEWAY}// tampered`);
    writeFileSync(join(folder, 'gateway.js'), 'of an older release');

    const { code, stderr } = await run();

    const got = createHash('sha256').update(`${GATEWAY}// tampered`).digest('hex');
    expect(code).toBe(1);
    expect(stderr).toBe(
      `the replica cannot be prepared: ${CODE.name} must have the SHA-256 ${CODE.sha256}, got ${got}\n`,
    );
    expect(existsSync(join(folder, 'gateway.js'))).toBe(false);
  });

  it('restarts from code that it fetched before, without Cloud Storage', async () => {
    writeFileSync(join(folder, 'gateway.js'), GATEWAY);
    google.answers.delete(CODE_PATH);

    const { code, stderr } = await run();

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(google.requests.map(({ url }) => url)).not.toContain(CODE_PATH);
  });

  it('replaces code of another release', async () => {
    writeFileSync(join(folder, 'gateway.js'), 'of an older release');

    const { code } = await run();

    expect(code).toBe(0);
    expect(readFileSync(join(folder, 'gateway.js'), 'utf8')).toBe(GATEWAY);
  });

  it('keeps what it read before while Secret Manager does not answer', async () => {
    writeFileSync(join(folder, 'secrets.env'), 'OPENAI_API_KEY=older\n');
    google.answers.delete(`/v1/${key}:access`);

    const { code, stderr } = await run();

    expect(code).toBe(0);
    expect(stderr).toBe(
      `kept the ${folder}/secrets.env of before: ${google.url}/v1/${key}:access answered 503\n`,
    );
    expect(readFileSync(join(folder, 'secrets.env'), 'utf8')).toBe('OPENAI_API_KEY=older\n');
  });

  it('rejects a first start without secrets, so that systemd tries again', async () => {
    google.answers.delete(TOKEN_PATH);

    const { code, stderr } = await run();

    expect(code).toBe(1);
    expect(stderr).toBe(
      `the replica cannot be prepared: ${google.url}${TOKEN_PATH} answered 503\n`,
    );
  });

  it('rejects a secret of several lines without printing it', async () => {
    google.keepSecret(key, 'first line\nsecond line');

    const { code, stderr } = await run();

    expect(code).toBe(1);
    expect(stderr).toBe(
      `the replica cannot be prepared: ${key} spans several lines; an environment file holds only one\n`,
    );
  });

  function run(changes: Partial<PrepareManifest> = {}) {
    const manifest: PrepareManifest = {
      metadataUrl: google.url,
      secretManagerUrl: google.url,
      storageUrl: google.url,
      code: CODE,
      secrets: [
        { name: 'OPENAI_API_KEY', version: key, before: '', after: '' },
        {
          name: 'DATABASE_URL',
          version: password,
          before: 'postgresql://u:',
          after: '@10.0.0.3:5432/db',
        },
      ],
      ...changes,
    };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    return prepare(folder);
  }
});
