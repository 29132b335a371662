import { readCloudSqlToken } from '../../../../runtime/database/iam/cloud-sql-token';
import { startMetadataService } from '../../../support/metadata-service';
import type { MetadataService } from '../../../support/metadata-service';

const PATH =
  '/computeMetadata/v1/instance/service-accounts/default/token' +
  '?scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fsqlservice.login';

describe('readCloudSqlToken', () => {
  let service: MetadataService;
  let answer: string;

  beforeAll(async () => {
    service = await startMetadataService(({ path, headers }) =>
      path === PATH && headers['metadata-flavor'] === 'Google' ? answer : null,
    );
  });

  afterAll(() => service.stop());

  it('returns the token of the service account and its end', async () => {
    answer = JSON.stringify({ access_token: 'ya29', expires_in: 3599, token_type: 'Bearer' });
    expect(await readCloudSqlToken(service.host, 1000)).toEqual({
      token: 'ya29',
      expiresAtMs: 3_600_000,
    });
  });

  it.each(['<html>', '{"access_token":"","expires_in":1}'])(
    'rejects an answer without a token, and does not quote it: %s',
    async (text) => {
      answer = text;
      await expect(readCloudSqlToken(service.host, 0)).rejects.toThrow(
        new Error(
          `GET http://${service.host}${PATH}: the answer holds no token; give the workload a service account`,
        ),
      );
    },
  );
});
