import type { DeploymentConfig } from '../../lib/config/gateway-config';
import { selectRedactor } from '../redact';
import type { BaseUrl } from './base-url';
import { ORGANIZATION } from './client-headers';
import type { ClientBody } from './client-body';
import type { PreparedProvider } from './provider';
import { selectRequestDefaults } from './request-defaults';
import type { ShapedRequest } from './translate/translated-params';
import { ANY_BODY, UpstreamBody } from './upstream-body';
import type { BodyDialect, UpstreamTarget } from './upstream-body';

export interface Connection {
  readonly base: BaseUrl;
  /** Null: the provider wants none. */
  readonly apiKey: string | null;
  /** The provider's own way to show the key, and whatever else it wants: name, value, name, value … */
  readonly headers: readonly string[];
  /** Which parameters the provider takes; absent: whatever its models do. */
  readonly dialect?: BodyDialect;
}

/** What of a call is the same for every provider that takes OpenAI's body. */
export class UpstreamCall implements Pick<PreparedProvider, 'apiBase' | 'secrets' | 'undisclosed'> {
  readonly apiBase: string;
  readonly secrets: readonly string[];
  readonly undisclosed: readonly string[];
  private readonly standing: readonly string[];
  private readonly configured: ReadonlySet<string>;
  private readonly bodies: UpstreamBody;

  constructor(
    private readonly deployment: DeploymentConfig,
    { base, apiKey, headers, dialect = ANY_BODY }: Connection,
  ) {
    const { request, baseModel, otherParams } = deployment;
    this.secrets = [...(apiKey === null ? [] : [apiKey]), ...request.secretValues];
    this.undisclosed = [...this.secrets, ...request.undisclosedValues, ...selectAddress(base)];
    this.apiBase = selectRedactor(this.secrets).text(base.origin + base.path);
    this.configured = new Set(request.extraHeaders.map(([name]) => name));
    // Of two headers with one name the configured one holds, also in place of the key.
    const standing = new Map([...pairsOf([...TRANSPORT, ...headers]), ...request.extraHeaders]);
    this.standing = [...standing].flat();
    const defaults = selectRequestDefaults(otherParams);
    this.bodies = new UpstreamBody({ ...request, baseModel, defaults, dialect });
  }

  /** What the configuration sets, no client changes. */
  headers({ extraHeaders, forwardable }: ClientBody): readonly string[] {
    if (extraHeaders.length === 0 && forwardable.length === 0) return this.standing;
    const { clientHeaders, clientOrganization } = this.deployment.request;
    const headers = new Map(pairsOf(this.standing));
    const set = (name: string, value: string): void => {
      if (!this.configured.has(name)) headers.set(name, value);
    };
    for (const [name, value] of pairsOf(forwardable)) {
      const rule = name === ORGANIZATION ? clientOrganization : clientHeaders;
      if (rule === 'forwarded') set(name, value);
    }
    for (const [name, value] of pairsOf(extraHeaders)) set(name, value);
    return [...headers].flat();
  }

  /** For a provider of another format. */
  shape(body: ClientBody): ShapedRequest {
    return this.bodies.shape(body);
  }

  body(body: ClientBody, target: UpstreamTarget): Buffer {
    return this.bodies.render(body, target);
  }
}

/** An unpacked answer would open the door to decompression bombs. */
const TRANSPORT = ['content-type', 'application/json', 'accept-encoding', 'identity'];

/** Of name, value, name, value … each name with its value. */
function pairsOf(list: readonly string[]): readonly (readonly [string, string])[] {
  return list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1] ?? ''] as const] : []));
}

/** Where a provider of one's own stands; everybody knows where OpenAI does. */
function selectAddress({ origin }: BaseUrl): readonly string[] {
  const { host, hostname } = new URL(origin);
  if (hostname === 'api.openai.com') return [];
  return [host, hostname].filter((name) => /[.:]/.test(name));
}
