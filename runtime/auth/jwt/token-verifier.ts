import type { createLocalJWKSet } from 'jose/jwks/local';
import type { jwtVerify } from 'jose/jwt/verify';
import type { JwtConfig } from '../../../lib/config/jwt-config';
import type { Ports } from '../../ports';
import { KeySource } from './key-source';
import type { FetchDocument } from './key-source';
import type { Claims } from './read-claims';

/** How tokens are judged, beside what their claims mean: from the environment. */
export interface JwtTrust {
  /** Where the identity providers publish their keys. */
  readonly keyUrls: readonly string[];
  /** Empty: tokens of any issuer whose key is known. */
  readonly issuers: readonly string[];
  /** Empty: tokens made for whomever. */
  readonly audiences: readonly string[];
}

export type Verdict =
  | { readonly kind: 'verified'; readonly claims: Claims; readonly expiresAtMs: number }
  /** Signed by who may, and over. */
  | { readonly kind: 'expired' }
  | { readonly kind: 'refused'; readonly reason: string }
  /** Nobody can tell now. */
  | { readonly kind: 'unavailable' };

export interface TokenVerifierParts {
  readonly trust: JwtTrust;
  readonly config: Pick<JwtConfig, 'keysSeconds'>;
  /** How long keys are believed while the identity provider is away. Unit: seconds. */
  readonly believedSeconds: number;
  readonly fetchDocument: FetchDocument;
  readonly onKeysChange: () => void;
  readonly ports: Pick<Ports, 'clock' | 'writeLog'>;
}

/**
 * Asymmetric ones alone. With a symmetric one, who knows the public key could sign; `none` is no signature at all.
 */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];

/** How far the clocks of identity provider and gateway may be apart. */
export const CLOCK_SKEW_SECONDS = 30;

/** What a set of keys is asked for by the library. */
type Keys = ReturnType<typeof createLocalJWKSet>;

interface Library {
  readonly jwtVerify: typeof jwtVerify;
  readonly createLocalJWKSet: typeof createLocalJWKSet;
}

/** Whether a token was signed by an identity provider that is trusted, for this gateway, and holds now. */
export class TokenVerifier {
  private constructor(
    private readonly parts: TokenVerifierParts,
    private readonly sources: readonly KeySource<Keys>[],
    private readonly library: Library,
  ) {}

  static async create(parts: TokenVerifierParts): Promise<TokenVerifier> {
    // Loaded only where tokens are looked at.
    const library = { ...(await import('jose/jwt/verify')), ...(await import('jose/jwks/local')) };
    const { trust, config, ports, fetchDocument } = parts;
    const sources = trust.keyUrls.map(
      (url) =>
        new KeySource<Keys>({
          url,
          fetchDocument,
          parse: (document) =>
            library.createLocalJWKSet(
              completeKeySet(document) as Parameters<Library['createLocalJWKSet']>[0],
            ),
          freshSeconds: config.keysSeconds,
          believedSeconds: Math.max(config.keysSeconds, parts.believedSeconds),
          onChange: parts.onKeysChange,
          clock: ports.clock,
          writeLog: ports.writeLog,
        }),
    );
    return new TokenVerifier(parts, sources, library);
  }

  /** Never rejects. */
  async verify(token: string): Promise<Verdict> {
    let verdict: Verdict = { kind: 'refused', reason: 'there is no identity provider' };
    for (const source of this.sources) {
      verdict = await this.verifyBy(source, token);
      // Another identity provider may have signed it.
      if (verdict.kind !== 'unavailable' && !isUnknownKey(verdict)) return verdict;
    }
    return verdict;
  }

  private async verifyBy(source: KeySource<Keys>, token: string): Promise<Verdict> {
    const set = await source.select();
    if (set === null) return { kind: 'unavailable' };
    const verdict = await this.judge(token, set.keys);
    if (!isUnknownKey(verdict)) return verdict;
    // The identity provider may have begun to sign with a new one.
    const renewed = await source.renew();
    return renewed === null || renewed === set ? verdict : this.judge(token, renewed.keys);
  }

  private async judge(token: string, keys: Keys): Promise<Verdict> {
    const { trust, ports } = this.parts;
    try {
      const { payload } = await this.library.jwtVerify(token, keys, {
        algorithms: ALGORITHMS,
        ...(trust.issuers.length === 0 ? {} : { issuer: [...trust.issuers] }),
        ...(trust.audiences.length === 0 ? {} : { audience: [...trust.audiences] }),
        clockTolerance: CLOCK_SKEW_SECONDS,
        currentDate: new Date(ports.clock.wallMs()),
        // A token that never ends could never be taken back.
        requiredClaims: ['exp'],
      });
      const expiresAtMs = ((payload.exp ?? 0) + CLOCK_SKEW_SECONDS) * 1000;
      return { kind: 'verified', claims: payload, expiresAtMs };
    } catch (error) {
      const reason = codeOf(error);
      // The signature is looked at first, so only its owner hears this.
      return reason === 'ERR_JWT_EXPIRED' ? { kind: 'expired' } : { kind: 'refused', reason };
    }
  }
}

const UNKNOWN_KEY = 'ERR_JWKS_NO_MATCHING_KEY';

function isUnknownKey(verdict: Verdict): boolean {
  return verdict.kind === 'refused' && verdict.reason === UNKNOWN_KEY;
}

/** The library's own name for it; its messages may quote the token. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : 'ERR_JWT_UNREADABLE';
}

/** LiteLLM also takes a bare list of keys, and a single one. */
function completeKeySet(document: unknown): unknown {
  if (Array.isArray(document)) return { keys: document };
  const isMap = typeof document === 'object' && document !== null;
  return isMap && 'kty' in document ? { keys: [document] } : document;
}
