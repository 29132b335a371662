import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { requestCredential } from '../credential-request';
import type { CredentialRequest } from '../credential-request';
import type { AccessToken } from '../held-token';
import type { GoogleSource, Impersonation, SubjectToken } from './google-source';
import { renderServiceAccountJwt } from './service-account-jwt';

/** Everything that its account may do; what that is, IAM says. */
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

const TOKEN = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const IMPERSONATED = z.object({ accessToken: z.string().min(1), expireTime: z.iso.datetime() });

/**
 * A new token. Google's own library would take a fifth of what machines on Google Cloud have room for (the gateway is in
 * their metadata), so the exchanges are written out here.
 */
export async function readGoogleToken(source: GoogleSource, nowMs: number): Promise<AccessToken> {
  switch (source.kind) {
    case 'service-account': {
      const purpose = { scope: SCOPE, nowSeconds: Math.floor(nowMs / 1000) };
      const grant = {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: renderServiceAccountJwt(source, purpose),
      };
      return readToken(renderForm(source.tokenUrl, grant), nowMs);
    }
    case 'user': {
      const grant = {
        grant_type: 'refresh_token',
        client_id: source.clientId,
        client_secret: source.clientSecret,
        refresh_token: source.refreshToken,
      };
      return readToken(renderForm(source.tokenUrl, grant), nowMs);
    }
    case 'federation':
      return federate(source, nowMs);
    case 'impersonation':
      return impersonate(await readGoogleToken(source.source, nowMs), source.impersonation);
    case 'metadata': {
      const path = '/computeMetadata/v1/instance/service-accounts/default/token';
      const url = `http://${source.host}${path}?scopes=${encodeURIComponent(SCOPE)}`;
      return readToken({ method: 'GET', url, headers: { 'metadata-flavor': 'Google' } }, nowMs);
    }
  }
}

/** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
async function federate(
  source: Extract<GoogleSource, { kind: 'federation' }>,
  nowMs: number,
): Promise<AccessToken> {
  const grant = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: source.audience,
    scope: SCOPE,
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token: await readSubject(source.subject),
    subject_token_type: source.subjectTokenType,
  };
  const token = await readToken(renderForm(source.tokenUrl, grant), nowMs);
  return source.impersonation === null ? token : impersonate(token, source.impersonation);
}

/** Read anew each time: whoever writes it renews it. */
async function readSubject(subject: SubjectToken): Promise<string> {
  const text =
    subject.kind === 'file'
      ? await readFile(subject.path, 'utf8')
      : await requestCredential({ method: 'GET', url: subject.url, headers: subject.headers });
  const { member } = subject;
  if (member === null) return text.trim();
  const found = z.record(z.string(), z.unknown()).safeParse(parseJson(text)).data?.[member];
  if (typeof found === 'string') return found;
  throw new Error(
    `credential_source of Google's credentials: there is no ${member} in what it names`,
  );
}

/** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
async function impersonate(
  { token }: AccessToken,
  { url, lifetimeSeconds }: Impersonation,
): Promise<AccessToken> {
  const text = await requestCredential({
    method: 'POST',
    url,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ scope: [SCOPE], lifetime: `${lifetimeSeconds}s` }),
  });
  const parsed = IMPERSONATED.safeParse(parseJson(text));
  if (!parsed.success) throw new Error(`POST ${url}: the answer holds no token`);
  const { accessToken, expireTime } = parsed.data;
  return { token: accessToken, expiresAtMs: Date.parse(expireTime) };
}

function renderForm(url: string, fields: Readonly<Record<string, string>>): CredentialRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  };
}

async function readToken(request: CredentialRequest, nowMs: number): Promise<AccessToken> {
  const parsed = TOKEN.safeParse(parseJson(await requestCredential(request)));
  if (!parsed.success) {
    throw new Error(`${request.method} ${request.url}: the answer holds no token`);
  }
  const { access_token: token, expires_in: seconds } = parsed.data;
  return { token, expiresAtMs: nowMs + seconds * 1000 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the answer.
    return null;
  }
}
