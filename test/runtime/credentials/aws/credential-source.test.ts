import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  readAwsCredentials,
  selectAwsCredentialSource,
} from '../../../../runtime/credentials/aws/credential-source';
import { startMetadataService } from '../../../support/metadata-service';
import type { MetadataService } from '../../../support/metadata-service';

const ROLE = '/latest/meta-data/iam/security-credentials/';
const ANSWER = JSON.stringify({ AccessKeyId: 'AK', SecretAccessKey: 'SK', Token: 'T' });
const FOUND = { accessKeyId: 'AK', secretAccessKey: 'SK', sessionToken: 'T' };

describe('selectAwsCredentialSource', () => {
  it('takes what stands in the environment first', () => {
    expect(
      selectAwsCredentialSource({
        AWS_ACCESS_KEY_ID: 'AK',
        AWS_SECRET_ACCESS_KEY: 'SK',
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1',
      }),
    ).toEqual({ kind: 'fixed', credentials: { ...FOUND, sessionToken: null } });
  });

  it('takes the identity of a service account before that of a container', () => {
    expect(
      selectAwsCredentialSource({
        AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/gateway',
        AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token',
        AWS_REGION: 'eu-west-1',
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1',
      }),
    ).toMatchObject({ kind: 'web-identity', endpoint: 'https://sts.eu-west-1.amazonaws.com/' });
  });

  it('finds the role of an ECS task', () => {
    expect(
      selectAwsCredentialSource({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1' }),
    ).toEqual({
      kind: 'container',
      url: 'http://169.254.170.2/v2/credentials/1',
      token: null,
      tokenFile: null,
    });
  });

  it('finds the role of a pod', () => {
    expect(
      selectAwsCredentialSource({
        AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/var/run/token',
      }),
    ).toEqual({
      kind: 'container',
      url: 'http://169.254.170.23/v1/credentials',
      token: null,
      tokenFile: '/var/run/token',
    });
  });

  it('asks the instance last', () => {
    expect(selectAwsCredentialSource({ AWS_ACCESS_KEY_ID: 'half' })).toEqual({
      kind: 'instance',
      endpoint: 'http://169.254.169.254',
    });
  });
});

describe('readAwsCredentials', () => {
  let service: MetadataService;

  beforeAll(async () => {
    service = await startMetadataService(({ method, path, headers }) => {
      if (path === '/pod') return headers.authorization === 'pod-token' ? ANSWER : null;
      if (path === '/empty') return '{"Message":"secret"}';
      if (path === '/latest/api/token') return method === 'PUT' ? 'imds-token' : null;
      if (headers['x-aws-ec2-metadata-token'] !== 'imds-token') return null;
      if (path === ROLE) return 'my-role\n';
      return path === `${ROLE}my-role` ? ANSWER : null;
    });
  });

  afterAll(() => service.stop());

  it('returns fixed ones', async () => {
    expect(await readAwsCredentials({ kind: 'fixed', credentials: FOUND })).toBe(FOUND);
  });

  it('shows the token of the pod, as its file says now', async () => {
    const tokenFile = join(mkdtempSync(join(tmpdir(), 'token-')), 'token');
    const url = `http://${service.host}/pod`;
    writeFileSync(tokenFile, 'stale\n');
    const source = { kind: 'container', url, token: null, tokenFile } as const;
    await expect(readAwsCredentials(source)).rejects.toThrow(`GET ${url}: answered 404`);
    writeFileSync(tokenFile, 'pod-token\n');
    expect(await readAwsCredentials(source)).toEqual(FOUND);
  });

  it('asks an instance by version 2 of its service', async () => {
    const endpoint = `http://${service.host}`;
    expect(await readAwsCredentials({ kind: 'instance', endpoint })).toEqual(FOUND);
  });

  it('rejects an answer without credentials, and does not quote it', async () => {
    const url = `http://${service.host}/empty`;
    await expect(
      readAwsCredentials({ kind: 'container', url, token: null, tokenFile: null }),
    ).rejects.toThrow(
      new Error(`GET ${url}: the answer holds no credentials; give the workload a role`),
    );
  });
});
