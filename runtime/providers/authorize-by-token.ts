import type { PreparedProvider } from './provider';

/**
 * Shows a bearer token that ends. A header of the configuration's own holds, for proxies that keep the token themselves, and
 * no token is read then.
 */
export function authorizeByToken(
  readToken: () => Promise<string>,
): NonNullable<PreparedProvider['authorize']> {
  return async (request) => {
    const { headers } = request;
    const isSet = headers.some(
      (name, at) => at % 2 === 0 && name.toLowerCase() === 'authorization',
    );
    if (isSet) return request;
    return { ...request, headers: [...headers, 'authorization', `Bearer ${await readToken()}`] };
  };
}
