import { isSent } from '../../lib/config/request-fields';
import type { RequestShaping } from '../../lib/config/request-shaping';
import { DECIDED_MEMBERS } from '../../lib/config/upstream-settings';
import {
  isBoundMisnamed,
  namesOf,
  NO_PARAMS,
  selectModelParams,
  selectParamSupport,
  setOfNames,
} from '../routing/param-support';
import type { ParamSet, ParamSupport } from '../routing/param-support';
import { readClientJson } from './client-body';
import type { ClientBody } from './client-body';
import { dropPaths, selectRoot } from './drop-path';
import { renderSpliced, renderSplicedWithMember } from './json-span';
import { selectOpenAiMetadata } from './openai-metadata';
import type { RequestDefaults } from './request-defaults';
import { parseNames } from './request-traits';
import type { ShapedRequest } from './translate/translated-params';

/** Whether the event that tells the usage of a stream is asked for on our own account. */
export type UsageEvent = 'as-asked' | 'added';

/** What a deployment makes of a body. */
export interface BodyShaping extends Pick<
  RequestShaping,
  'extraBody' | 'unsupported' | 'droppedPaths' | 'allowedParams'
> {
  /** Under what the client says; null: there are none. */
  readonly defaults: RequestDefaults | null;
  /** The model behind the deployment's own name for it; null: the provider's name tells. */
  readonly baseModel: string | null;
  readonly dialect: BodyDialect;
}

/** Which of OpenAI's parameters a provider takes, whatever its model. */
export type BodyDialect = ParamSupport;

/** Whatever the model takes. */
export const ANY_BODY: BodyDialect = { unsupported: NO_PARAMS, maxTokens: 'any' };

export const PLAIN_BODY: BodyShaping = {
  defaults: null,
  baseModel: null,
  dialect: ANY_BODY,
  extraBody: {},
  unsupported: 'refused',
  droppedPaths: [],
  allowedParams: [],
};

export interface UpstreamTarget {
  readonly providerModel: string;
  readonly usageEvent: UsageEvent;
}

/** Writes bodies for one deployment. */
export class UpstreamBody {
  private readonly allowed: ParamSet;
  private readonly paths: readonly string[];
  /** Whether a body may go out with nothing but its model changed. */
  private readonly kind: 'plain' | 'shaping';

  private last: { readonly model: string; readonly support: ParamSupport | null } = {
    model: '',
    support: null,
  };

  constructor(private readonly shaping: BodyShaping) {
    this.allowed = setOfNames(shaping.allowedParams);
    this.paths = shaping.droppedPaths.filter((path) => !DECIDED_MEMBERS.has(selectRoot(path)));
    const shapes =
      shaping.defaults !== null ||
      this.paths.length > 0 ||
      Object.keys(shaping.extraBody).length > 0;
    this.kind = shapes ? 'shaping' : 'plain';
  }

  /** The client's bytes with another model, or written anew where more has to change. */
  render(body: ClientBody, { providerModel, usageEvent }: UpstreamTarget): Buffer {
    const adds = usageEvent === 'added' && body.usageEvent !== 'asked';
    const { bytes, modelSpan, traits } = body;
    const support = this.selectSupport(this.shaping.baseModel ?? providerModel);
    const fits = support === null || !this.changes(traits.modelParams, support, traits);
    if (modelSpan !== null && fits && this.kind === 'plain') {
      if (!adds) return renderSpliced(bytes, modelSpan, providerModel);
      if (body.usageEvent === 'not-mentioned') {
        const splice = { text: providerModel, member: USAGE_MEMBER };
        return renderSplicedWithMember(bytes, modelSpan, splice);
      }
    }
    const client = readClientJson(bytes).json;
    const merged = this.merge(client);
    const supported = support === null ? merged : this.fit(merged, support, { client, traits });
    const json: Record<string, unknown> = Object.assign(Object.create(null), supported);
    json.model = providerModel;
    if (adds) json.stream_options = { ...selectMap(json.stream_options), include_usage: true };
    return Buffer.from(JSON.stringify(json));
  }

  /** The client's request with this deployment's settings, for a provider that takes another format. */
  shape({ bytes, traits }: ClientBody): ShapedRequest {
    const client = readClientJson(bytes).json;
    const clientsOwn = parseNames(client.allowed_openai_params, 'allowed_openai_params');
    return {
      json: this.merge(client),
      unsupported: this.drops(traits) ? 'dropped' : 'refused',
      allowed: new Set([...this.shaping.allowedParams, ...clientsOwn]),
    };
  }

  private merge(client: Json): Json {
    const { defaults, extraBody } = this.shaping;
    // Without a prototype, a key named __proto__ stays the plain key the client sent.
    const merged: Record<string, unknown> = Object.assign(Object.create(null), defaults);
    // One bound on the answer in two spellings is refused; the client's holds.
    if (BOUNDS.some((bound) => client[bound] !== undefined)) {
      for (const bound of BOUNDS) delete merged[bound];
    }
    for (const key of Object.keys(client)) if (isSent(key)) merged[key] = client[key];
    for (const key of Object.keys(extraBody)) {
      // What a budget was set aside for stands.
      if (RECKONED.has(key) && merged[key] !== undefined) continue;
      merged[key] = extraBody[key];
    }
    const metadata = selectOpenAiMetadata(merged);
    if (metadata === undefined) delete merged.metadata;
    else merged.metadata = metadata;
    return this.paths.length === 0 ? merged : dropPaths(merged, this.paths);
  }

  /** The body as the model takes it. */
  private fit(
    merged: Json,
    support: ParamSupport,
    { client, traits }: Pick<ClientBody, 'traits'> & { readonly client: Json },
  ): Json {
    const fitted: Record<string, unknown> = Object.assign(Object.create(null), merged);
    if (this.drops(traits)) {
      // What the client allows is missing from its traits alone.
      const allowed = this.allowed | (selectModelParams(client) & ~traits.modelParams);
      const dropped = selectModelParams(fitted) & support.unsupported & ~allowed;
      for (const name of namesOf(dropped)) delete fitted[name];
    }
    return renameBound(fitted, support.maxTokens);
  }

  private changes(params: ParamSet, support: ParamSupport, traits: ClientBody['traits']): boolean {
    if (isBoundMisnamed(params, support.maxTokens)) return true;
    return (params & support.unsupported & ~this.allowed) !== NO_PARAMS && this.drops(traits);
  }

  private drops({ unsupportedParams }: ClientBody['traits']): boolean {
    return this.shaping.unsupported === 'dropped' || unsupportedParams === 'dropped';
  }

  /** Nearly always the same model: only that of a wildcard changes. */
  private selectSupport(model: string): ParamSupport | null {
    if (this.last.model !== model) {
      this.last = { model, support: joinSupport(selectParamSupport(model), this.shaping.dialect) };
    }
    return this.last.support;
  }
}

type Json = Readonly<Record<string, unknown>>;

const USAGE_MEMBER = Buffer.from('"stream_options":{"include_usage":true},');

const BOUNDS = ['max_tokens', 'max_completion_tokens'] as const;

function renameBound(json: Json, name: ParamSupport['maxTokens']): Json {
  if (name === 'any') return json;
  const other = name === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  const { [other]: bound, ...rest } = json;
  return bound === undefined ? json : { ...rest, [name]: json[name] ?? bound };
}

/** A model of OpenAI's that another provider serves has the bounds of both. */
function joinSupport(model: ParamSupport | null, dialect: BodyDialect): ParamSupport | null {
  if (dialect === ANY_BODY) return model;
  if (model === null) return dialect;
  return {
    unsupported: model.unsupported | dialect.unsupported,
    maxTokens: dialect.maxTokens === 'any' ? model.maxTokens : dialect.maxTokens,
  };
}

/** Members that a reservation was computed from. */
const RECKONED: ReadonlySet<string> = new Set([...BOUNDS, 'n']);

function selectMap(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
