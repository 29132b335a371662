import type { ContentGuards } from '../../lib/config/guards-config';
import type { Caller } from '../auth/caller';
import type { Call } from '../dispatch/call';
import { GatewayError } from '../errors';
import type { ClientBody } from '../providers/client-body';
import { selectTexts } from '../providers/prompt-texts';

type Json = Readonly<Record<string, unknown>>;

/**
 * What the body of a call must have and must not have. A client's own fallbacks may change any field, so each body that a
 * provider could be sent is looked at. LiteLLM's words.
 */
export class ContentGuard {
  private readonly asksAll: 'yes' | 'no';
  private readonly blockedUsers: ReadonlySet<string>;

  constructor(private readonly guards: ContentGuards) {
    this.blockedUsers = new Set(guards.blockedUsers);
    const { requiredParams, user, clientTags, bannedKeywords } = guards;
    const asksNothing =
      requiredParams.length === 0 &&
      user === 'optional' &&
      clientTags === 'allowed' &&
      bannedKeywords.length === 0 &&
      this.blockedUsers.size === 0;
    this.asksAll = asksNothing ? 'no' : 'yes';
  }

  /** Throws for what is not to be sent to any provider. */
  refuse(caller: Caller, call: Call): void {
    const params = this.selectRequiredParams(caller);
    if (this.asksAll === 'no' && params.length === 0) return;
    this.refuseTags(call);
    const endUser = caller.kind === 'key' ? (caller.endUser ?? null) : null;
    if (endUser !== null) this.refuseUser(endUser);
    for (const json of selectBodies(call.body)) {
      for (const param of params) refuseMissing(json, param);
      this.refuseUserless(json);
      for (const user of [json.user, json.user_id]) this.refuseUser(user);
      this.refuseKeywords(json);
    }
  }

  /** LiteLLM keeps those of one key in its metadata. */
  private selectRequiredParams(caller: Caller): readonly string[] {
    const { requiredParams, serviceAccountParams } = this.guards;
    if (caller.kind !== 'key') return requiredParams;
    const { metadata } = caller.key;
    const own = metadata.enforced_params;
    const isServiceAccount = Object.hasOwn(metadata, 'service_account_id');
    if (own === undefined && !isServiceAccount) return requiredParams;
    return [
      ...requiredParams,
      ...(isServiceAccount ? serviceAccountParams : []),
      ...(own === undefined || own === null ? [] : parseParams(own)),
    ];
  }

  private refuseTags({ body }: Call): void {
    if (this.guards.clientTags === 'allowed') return;
    const named = [body.traits.tags, ...body.fallbacks.map(({ params }) => params ?? {})];
    const hasTags = named.some((part) =>
      Array.isArray(part) ? part.length > 0 : hasOwnTags(part as Json),
    );
    if (!hasTags) return;
    throw new GatewayError(
      'invalid_request',
      "Client-side 'metadata.tags' not allowed in request. 'reject_clientside_metadata_tags'=True. Tags can only be set via API key metadata.",
      { param: 'metadata.tags' },
    );
  }

  private refuseUserless({ user }: Json): void {
    if (this.guards.user === 'optional' || (typeof user === 'string' && user !== '')) return;
    throw new GatewayError(
      'required_param_missing',
      "'user' param not passed in. 'enforce_user_param'=True",
      { param: 'user' },
    );
  }

  private refuseUser(user: unknown): void {
    const name = typeof user === 'number' ? String(user) : user;
    if (typeof name !== 'string' || !this.blockedUsers.has(name)) return;
    throw new GatewayError(
      'user_not_allowed',
      `User blocked from making LLM API Calls. User=${name}`,
      { param: 'user' },
    );
  }

  private refuseKeywords(json: Json): void {
    const { bannedKeywords } = this.guards;
    if (bannedKeywords.length === 0) return;
    for (const text of selectTexts(json)) {
      const lower = text.toLowerCase();
      const keyword = bannedKeywords.find((word) => lower.includes(word));
      if (keyword === undefined) continue;
      throw new GatewayError('content_not_allowed', `Keyword banned. Keyword=${keyword}`);
    }
  }
}

/** The body as it was sent, and as each of its own fallbacks would have it. */
function selectBodies({ bytes, fallbacks }: ClientBody): readonly Json[] {
  const sent = JSON.parse(bytes.toString('utf8')) as Json;
  const changed = fallbacks.flatMap(({ params }) =>
    params === null ? [] : [{ ...sent, ...params }],
  );
  return [sent, ...changed];
}

function hasOwnTags({ tags, metadata }: Json): boolean {
  const inner = isMap(metadata) ? metadata.tags : undefined;
  return (tags !== undefined && tags !== null) || (inner !== undefined && inner !== null);
}

/** A rule of a key that nobody understands must not become no rule. */
function parseParams(own: unknown): readonly string[] {
  if (Array.isArray(own) && own.every((param) => typeof param === 'string')) return own;
  throw new GatewayError(
    'permission_denied',
    'enforced_params in the metadata of this key must be a list of names; ask an administrator',
  );
}

function refuseMissing(json: Json, param: string): void {
  const [first = '', ...rest] = param.split('.');
  let value: unknown = json;
  let named = first;
  for (const [at, step] of [first, ...rest].entries()) {
    if (at > 0) named = at === 1 ? `[${first}][${step}]` : `${named}[${step}]`;
    if (!isMap(value) || !Object.hasOwn(value, step)) {
      throw new GatewayError(
        'required_param_missing',
        `BadRequest please pass param=${named} in request body. This is a required param`,
        { param },
      );
    }
    value = value[step];
  }
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
