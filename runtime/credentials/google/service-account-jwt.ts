import { createPrivateKey, sign } from 'node:crypto';
import type { GoogleSource } from './google-source';

const LIFETIME_SECONDS = 3600;

export interface JwtPurpose {
  readonly scope: string;
  readonly nowSeconds: number;
}

/** What a service account shows for a token. https://developers.google.com/identity/protocols/oauth2/service-account */
export function renderServiceAccountJwt(
  { email, privateKey, keyId, tokenUrl }: Extract<GoogleSource, { kind: 'service-account' }>,
  { scope, nowSeconds }: JwtPurpose,
): string {
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId === null ? {} : { kid: keyId }) };
  const claims = {
    iss: email,
    scope,
    aud: tokenUrl,
    iat: nowSeconds,
    exp: nowSeconds + LIFETIME_SECONDS,
  };
  const signed = `${encode(header)}.${encode(claims)}`;
  const signature = sign('RSA-SHA256', Buffer.from(signed), parseKey(privateKey));
  return `${signed}.${signature.toString('base64url')}`;
}

function parseKey(privateKey: string): ReturnType<typeof createPrivateKey> {
  try {
    // Environment variables often hold line ends as two characters.
    return createPrivateKey(privateKey.replaceAll('\\n', '\n'));
  } catch {
    // The cause would quote the key.
    throw new Error("private_key of Google's credentials is no private key in PEM");
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
