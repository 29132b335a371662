import { requestCredential } from '../../../runtime/credentials/credential-request';
import { startMetadataService } from '../../support/metadata-service';
import type { MetadataService } from '../../support/metadata-service';

describe('requestCredential', () => {
  let service: MetadataService;

  beforeAll(async () => {
    service = await startMetadataService(({ path }) => {
      if (path === '/long') return 'x'.repeat(70_000);
      return path === '/known' ? 'answer' : null;
    });
  });

  afterAll(() => service.stop());

  const read = (path: string): Promise<string> =>
    requestCredential({
      method: 'PUT',
      url: `http://${service.host}${path}`,
      headers: { 'x-a': 'b' },
    });

  it('returns what the service says', async () => {
    expect(await read('/known')).toBe('answer');
    expect(service.asked.at(-1)).toMatchObject({ method: 'PUT', headers: { 'x-a': 'b' } });
  });

  it('rejects another status without the body', async () => {
    await expect(read('/unknown')).rejects.toThrow(
      new Error(`PUT http://${service.host}/unknown: answered 404`),
    );
  });

  it('rejects an endless answer', async () => {
    await expect(read('/long')).rejects.toThrow('the answer is too long');
  });

  it('rejects where nobody listens', async () => {
    const gone = await startMetadataService(() => null);
    await gone.stop();
    await expect(
      requestCredential({ method: 'GET', url: `http://${gone.host}/`, headers: {} }),
    ).rejects.toThrow('ECONNREFUSED');
  });
});
