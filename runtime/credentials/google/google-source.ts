import { z } from 'zod';

/** Where a token of Google Cloud comes from: the kinds of key files, and the machine itself. */
export type GoogleSource =
  | {
      readonly kind: 'service-account';
      readonly email: string;
      readonly privateKey: string;
      readonly keyId: string | null;
      readonly tokenUrl: string;
    }
  /** Of `gcloud auth application-default login`. */
  | {
      readonly kind: 'user';
      readonly clientId: string;
      readonly clientSecret: string;
      readonly refreshToken: string;
      readonly tokenUrl: string;
    }
  /** Workload identity federation: another issuer's token for one of Google's. */
  | {
      readonly kind: 'federation';
      readonly audience: string;
      readonly subject: SubjectToken;
      readonly subjectTokenType: string;
      readonly tokenUrl: string;
      readonly impersonation: Impersonation | null;
    }
  | {
      readonly kind: 'impersonation';
      readonly source: GoogleSource;
      readonly impersonation: Impersonation;
    }
  /** The service account of the machine, of the Cloud Run service or of the pod. */
  | { readonly kind: 'metadata'; readonly host: string };

export type SubjectToken =
  | { readonly kind: 'file'; readonly path: string; readonly member: string | null }
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly member: string | null;
    };

export interface Impersonation {
  readonly url: string;
  readonly lifetimeSeconds: number;
}

const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const HOUR_SECONDS = 3600;

const text = z.string().min(1);
const serviceAccount = z.object({
  type: z.literal('service_account'),
  client_email: text,
  private_key: text,
  private_key_id: text.nullish(),
  token_uri: z.url().nullish(),
});
const user = z.object({
  type: z.literal('authorized_user'),
  client_id: text,
  client_secret: text,
  refresh_token: text,
  token_uri: z.url().nullish(),
});
const format = z
  .object({ type: z.enum(['text', 'json']).nullish(), subject_token_field_name: text.nullish() })
  .nullish();
const externalAccount = z.object({
  type: z.literal('external_account'),
  audience: text,
  subject_token_type: text,
  token_url: z.url(),
  credential_source: z.union([
    z.object({ file: text, format }),
    z.object({ url: z.url(), headers: z.record(z.string(), z.string()).nullish(), format }),
  ]),
  service_account_impersonation_url: z.url().nullish(),
  service_account_impersonation: z
    .object({ token_lifetime_seconds: z.number().positive().nullish() })
    .nullish(),
});
const impersonated = z.object({
  type: z.literal('impersonated_service_account'),
  source_credentials: z.unknown(),
  service_account_impersonation_url: z.url(),
});
const keyFile = z.discriminatedUnion('type', [serviceAccount, user, externalAccount, impersonated]);

const KINDS =
  'service_account, authorized_user, external_account (with a file or an URL) or impersonated_service_account';

/** Reads a key file. Throws an error that quotes nothing of it. */
export function parseGoogleKey(json: unknown): GoogleSource {
  const parsed = keyFile.safeParse(json);
  if (!parsed.success) {
    const members = parsed.error.issues
      .map(({ path }) => path.join('.'))
      .filter((path) => path !== '');
    const what = members.length === 0 ? '' : `; look at ${[...new Set(members)].join(', ')}`;
    throw new Error(`Google's credentials must be a key file of type ${KINDS}${what}`);
  }
  const key = parsed.data;
  switch (key.type) {
    case 'service_account':
      return {
        kind: 'service-account',
        email: key.client_email,
        privateKey: key.private_key,
        keyId: key.private_key_id ?? null,
        tokenUrl: key.token_uri ?? TOKEN_URL,
      };
    case 'authorized_user':
      return {
        kind: 'user',
        clientId: key.client_id,
        clientSecret: key.client_secret,
        refreshToken: key.refresh_token,
        tokenUrl: key.token_uri ?? TOKEN_URL,
      };
    case 'external_account':
      return parseFederation(key);
    case 'impersonated_service_account':
      return {
        kind: 'impersonation',
        source: parseGoogleKey(key.source_credentials),
        impersonation: {
          url: key.service_account_impersonation_url,
          lifetimeSeconds: HOUR_SECONDS,
        },
      };
  }
}

function parseFederation(key: z.infer<typeof externalAccount>): GoogleSource {
  const { credential_source: source, service_account_impersonation_url: url } = key;
  const member =
    source.format?.type === 'json' ? (source.format.subject_token_field_name ?? null) : null;
  const lifetimeSeconds = key.service_account_impersonation?.token_lifetime_seconds ?? HOUR_SECONDS;
  return {
    kind: 'federation',
    audience: key.audience,
    subject:
      'file' in source
        ? { kind: 'file', path: source.file, member }
        : { kind: 'url', url: source.url, headers: source.headers ?? {}, member },
    subjectTokenType: key.subject_token_type,
    tokenUrl: key.token_url,
    impersonation: url === null || url === undefined ? null : { url, lifetimeSeconds },
  };
}
