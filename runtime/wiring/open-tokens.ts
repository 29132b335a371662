import type { GatewayConfig } from '../../lib/config/gateway-config';
import { GATEWAY_ENVIRONMENT } from '../../lib/gateway-contract';
import type { Authenticator } from '../auth/authenticator';
import { JwtAuthenticator } from '../auth/jwt/jwt-authenticator';
import { TokenVerifier } from '../auth/jwt/token-verifier';
import type { JwtTrust } from '../auth/jwt/token-verifier';
import { isLoopbackHost } from '../auth/master-key';
import { Directory } from '../directory/directory';
import { fetchDocument } from '../http/fetch-document';
import type { Ports } from '../ports';
import { SettingsError } from '../settings';

export interface OpenTokensParts {
  readonly config: Pick<GatewayConfig, 'guards' | 'general'>;
  readonly trust: JwtTrust;
  /** Null: there is no store of users and teams, so no token can name one. */
  readonly directory: Pick<Directory, 'users' | 'teams'> | null;
  /** Judges what is no token. */
  readonly others: Authenticator;
  readonly ports: Pick<Ports, 'clock' | 'writeLog'>;
}

/** Tokens of identity providers beside keys, where the configuration asks for it. */
export async function openTokens(parts: OpenTokensParts): Promise<Authenticator> {
  const { config, trust, directory, others, ports } = parts;
  const { jwt, keyHeader } = config.guards;
  if (jwt === null) return others;
  checkKeyUrls(trust.keyUrls);
  const { staleKeys, staleKeysSeconds } = config.general;
  const hearers: JwtAuthenticator[] = [];
  const verifier = await TokenVerifier.create({
    trust,
    config: jwt,
    believedSeconds: staleKeys === 'serve' ? staleKeysSeconds : 0,
    fetchDocument,
    onKeysChange: () => {
      for (const hearer of hearers) hearer.forget();
    },
    ports,
  });
  const authenticator = new JwtAuthenticator({
    config: jwt,
    verifier,
    directory: directory ?? new Directory(),
    others,
    keyHeader,
    ports,
  });
  hearers.push(authenticator);
  return authenticator;
}

function checkKeyUrls(urls: readonly string[]): void {
  const { jwtPublicKeyUrl: name } = GATEWAY_ENVIRONMENT;
  if (urls.length === 0) {
    throw new SettingsError(
      `${name} must be set with general_settings.enable_jwt_auth, since tokens are checked by the keys found there; set it to the JWKS address of your identity provider`,
    );
  }
  const wrong = urls.findIndex(
    (url) => !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol),
  );
  if (wrong === -1) return;
  throw new SettingsError(
    `${name} must be a list of https addresses, and its entry ${wrong + 1} is none; correct the environment variable`,
  );
}

/** What weakens the trust in tokens without making it none. */
export function describeTokenRisks(
  { guards }: Pick<GatewayConfig, 'guards'>,
  { keyUrls, audiences }: JwtTrust,
): readonly string[] {
  if (guards.jwt === null) return [];
  const { jwtPublicKeyUrl, jwtAudience } = GATEWAY_ENVIRONMENT;
  const isReadable = keyUrls.some((url) => {
    // What is no address refuses the start, in words of its own.
    if (!URL.canParse(url)) return false;
    const { protocol, hostname } = new URL(url);
    return protocol === 'http:' && !isLoopbackHost(hostname);
  });
  return [
    ...(audiences.length > 0
      ? []
      : [
          `${jwtAudience} is not set: tokens that the identity provider made for other applications are good here; set it to the name of this gateway`,
        ]),
    ...(isReadable
      ? [
          `${jwtPublicKeyUrl} is read over http: whoever is on the way can put keys of their own in its place; use https`,
        ]
      : []),
  ];
}
