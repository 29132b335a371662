import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWK, KeyLike } from 'jose';

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyLike;
  readonly jwk: JWK;
}

/** Signs tokens, and publishes the keys it wants to. */
export class IdentityProvider {
  private constructor(
    private readonly keys: Map<string, SigningKey>,
    /** Names of the keys that are published now. */
    public published: readonly string[],
  ) {}

  static async create(...kids: readonly string[]): Promise<IdentityProvider> {
    const provider = new IdentityProvider(new Map(), kids);
    for (const kid of kids) await provider.addKey(kid);
    return provider;
  }

  async addKey(kid: string, algorithm = 'ES256'): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(algorithm);
    const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
    this.keys.set(kid, { kid, privateKey, jwk });
  }

  /** The document with the published keys. */
  get document(): string {
    return JSON.stringify({ keys: this.published.map((kid) => this.keyOf(kid).jwk) });
  }

  /** A token that ends at a second since 1970, or with what the claims say. */
  async sign(
    claims: Readonly<Record<string, unknown>>,
    { kid, expiresAtSeconds }: { readonly kid: string; readonly expiresAtSeconds: number },
  ): Promise<string> {
    const { privateKey, jwk } = this.keyOf(kid);
    return new SignJWT({ exp: expiresAtSeconds, ...claims })
      .setProtectedHeader({ alg: jwk.alg ?? 'ES256', kid })
      .sign(privateKey);
  }

  keyOf(kid: string): SigningKey {
    const key = this.keys.get(kid);
    if (key === undefined) throw new Error(`there is no key ${kid}`);
    return key;
  }
}

export interface JwksServer {
  readonly url: string;
  /** How often it was asked. */
  readonly asked: () => number;
  stop(): Promise<void>;
}

/** Publishes the keys of a provider over HTTP. */
export async function startJwksServer(provider: IdentityProvider): Promise<JwksServer> {
  let asked = 0;
  const server = createServer((_incoming, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json');
    response.end(provider.document);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    asked: () => asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
