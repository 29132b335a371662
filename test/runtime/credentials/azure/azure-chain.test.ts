import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAzureToken } from '../../../../runtime/credentials/azure/azure-chain';
import type { AzureAccess, Clock } from '../../../../runtime/ports';

const NOW_MS = 1_800_000_000_000;
const CLOCK: Clock = { nowMs: () => 0, wallMs: () => NOW_MS, after: () => () => undefined };
const SCOPE = 'https://cognitiveservices.azure.com/.default';
const RESOURCE = 'https%3A%2F%2Fcognitiveservices.azure.com';
const NOTHING: AzureAccess = { tenantId: null, clientId: null, clientSecret: null, scope: SCOPE };

interface Heard {
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly form: Readonly<Record<string, string>>;
}

let server: Server;
let base = '';
let folder = '';
let heard: Heard[] = [];
let answer: { readonly status: number; readonly body: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'azure-chain-'));
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const line = `${request.method ?? ''} ${request.url ?? ''}`;
      const form = Object.fromEntries(new URLSearchParams(body));
      heard.push({ line, headers: request.headers, form });
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  heard = [];
  answer = { status: 200, body: '{"access_token":"eyJ","expires_in":3599}' };
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

function read(
  access: Partial<AzureAccess>,
  variables: Readonly<Record<string, string>>,
): ReturnType<typeof readAzureToken> {
  return readAzureToken(
    { ...NOTHING, ...access },
    { variable: (name) => variables[name] ?? null, clock: CLOCK },
  );
}

const PRINCIPAL = { tenantId: 'tenant', clientId: 'client', clientSecret: 's&cret' };

describe('readAzureToken', () => {
  it('proves itself by the secret of the deployment, whatever the environment has', async () => {
    const token = await read(PRINCIPAL, {
      AZURE_AUTHORITY_HOST: `${base}/`,
      AZURE_CLIENT_SECRET: 'another',
      AZURE_FEDERATED_TOKEN_FILE: '/nowhere',
    });
    expect(token).toEqual({ token: 'eyJ', expiresAtMs: NOW_MS + 3_599_000 });
    expect(heard).toMatchObject([
      {
        line: 'POST /tenant/oauth2/v2.0/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        form: {
          grant_type: 'client_credentials',
          client_id: 'client',
          client_secret: 's&cret',
          scope: SCOPE,
        },
      },
    ]);
  });

  it('reads the file of a workload identity anew for each token', async () => {
    const file = join(folder, 'token');
    const variables = {
      AZURE_AUTHORITY_HOST: base,
      AZURE_TENANT_ID: 'tenant',
      AZURE_CLIENT_ID: 'client',
      AZURE_FEDERATED_TOKEN_FILE: file,
    };
    for (const proof of ['one', 'two']) {
      writeFileSync(file, `${proof}\n`);
      await read({}, variables);
    }
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    expect(heard.map(({ form }) => form)).toMatchObject([
      { client_assertion_type: type, client_assertion: 'one' },
      { client_assertion_type: type, client_assertion: 'two' },
    ]);
  });

  it('asks App Service for its managed identity', async () => {
    answer = { status: 200, body: '{"access_token":"eyJ","expires_on":"1800003600"}' };
    const variables = { IDENTITY_ENDPOINT: `${base}/msi/token`, IDENTITY_HEADER: 'shown' };
    expect(await read({ clientId: 'client' }, variables)).toEqual({
      token: 'eyJ',
      expiresAtMs: 1_800_003_600_000,
    });
    expect(heard).toMatchObject([
      {
        line: `GET /msi/token?resource=${RESOURCE}&client_id=client&api-version=2019-08-01`,
        headers: { 'x-identity-header': 'shown' },
      },
    ]);
  });

  it('asks the virtual machine last', async () => {
    await read({}, { AZURE_POD_IDENTITY_AUTHORITY_HOST: base, IDENTITY_ENDPOINT: 'half' });
    expect(heard).toMatchObject([
      {
        line: `GET /metadata/identity/oauth2/token?resource=${RESOURCE}&api-version=2018-02-01`,
        headers: { metadata: 'true' },
      },
    ]);
  });

  it.each(['{}', 'null', '<html>', '{"access_token":""}'])(
    'rejects the answer %s',
    async (body) => {
      answer = { status: 200, body };
      await expect(read(PRINCIPAL, { AZURE_AUTHORITY_HOST: base })).rejects.toThrow(
        new Error('Microsoft Entra answered without an access_token'),
      );
    },
  );

  it('rejects a refusal without a word of what was sent or heard', async () => {
    answer = { status: 401, body: 's&cret is wrong' };
    await expect(read(PRINCIPAL, { AZURE_AUTHORITY_HOST: base })).rejects.toThrow(
      new Error(`POST ${base}/tenant/oauth2/v2.0/token: answered 401`),
    );
  });

  it.each(['http://login.example', 'login.example'])(
    'rejects the authority %s, which would carry a secret in the clear',
    async (authority) => {
      await expect(read(PRINCIPAL, { AZURE_AUTHORITY_HOST: authority })).rejects.toThrow(
        new Error(`AZURE_AUTHORITY_HOST must start with https://, got ${authority}`),
      );
      expect(heard).toEqual([]);
    },
  );

  it('rejects a workload identity without its file', async () => {
    const variables = { AZURE_FEDERATED_TOKEN_FILE: join(folder, 'missing') };
    await expect(read({ tenantId: 't', clientId: 'c' }, variables)).rejects.toMatchObject({
      message: `AZURE_FEDERATED_TOKEN_FILE cannot be read: ${join(folder, 'missing')}`,
    });
  });
});
