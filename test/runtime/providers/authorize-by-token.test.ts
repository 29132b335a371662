import { NO_CREDENTIALS } from '../../../runtime/credentials/no-credentials';
import type { AzureAccess, UpstreamRequest } from '../../../runtime/ports';
import { authorizeByToken } from '../../../runtime/providers/authorize-by-token';

const ACCESS: AzureAccess = { tenantId: 't', clientId: 'c', clientSecret: 's', scope: 'scope' };

describe('authorizeByToken', () => {
  const request = (headers: readonly string[]): UpstreamRequest => ({
    origin: 'https://r',
    path: '/',
    headers,
    body: Buffer.alloc(0),
  });
  const azureToken = jest.fn((_access: AzureAccess) => Promise.resolve('eyJ'));
  const authorize = authorizeByToken(() => azureToken(ACCESS));

  beforeEach(() => azureToken.mockClear());

  it('adds the token of the identity', async () => {
    const { headers } = await authorize(request(['a', 'authorization']));
    expect(headers).toEqual(['a', 'authorization', 'authorization', 'Bearer eyJ']);
    expect(azureToken).toHaveBeenCalledWith(ACCESS);
  });

  it.each(['authorization', 'Authorization'])(
    'leaves the header %s that the configuration sets, and reads no token',
    async (name) => {
      const set = request([name, 'Basic own']);
      expect(await authorize(set)).toBe(set);
      expect(azureToken).not.toHaveBeenCalled();
    },
  );

  it('rejects for the reason that there is no token', async () => {
    const none = authorizeByToken(() => NO_CREDENTIALS.azure(ACCESS));
    await expect(none(request([]))).rejects.toThrow(new Error('no credentials are read here'));
  });
});
