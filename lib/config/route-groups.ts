/**
 * LiteLLM's names for many routes at once, as its `allowed_routes`, `public_routes` and `admin_only_routes` may list them:
 * exact paths, paths with `{variables}`, and beginnings that end with `*`.
 *
 * @see litellm/proxy/_types.py, `LiteLLMRoutes`
 */

const under = (prefixes: readonly string[], paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => prefixes.map((prefix) => `${prefix}${path}`));

const versioned = (paths: readonly string[]): readonly string[] => under(['', '/v1'], paths);

const OPENAI_ROUTES = [
  ...under(
    ['', '/v1', '/engines/{model}', '/openai/deployments/{model}'],
    ['/chat/completions', '/completions', '/embeddings'],
  ),
  '/cursor/chat/completions',
  ...versioned([
    '/images/generations',
    '/images/edits',
    '/videos',
    '/videos/{id}',
    '/videos/{id}/content',
    '/videos/{id}/remix',
    '/audio/transcriptions',
    '/audio/speech',
    '/moderations',
    '/batches',
    '/batches/{id}',
    '/batches/{id}/cancel',
    '/files',
    '/files/{id}',
    '/files/{id}/content',
    '/fine_tuning/jobs',
    '/fine_tuning/jobs/{id}/cancel',
    '/assistants',
    '/assistants/{id}',
    '/threads',
    '/threads/{id}',
    '/threads/{id}/messages',
    '/threads/{id}/runs',
    '/models',
    '/rerank',
    '/realtime',
    '/responses',
    '/responses/{id}',
    '/responses/{id}/input_items',
    '/responses/{id}/cancel',
    '/vector_stores',
    '/vector_stores/{id}/search',
    '/vector_stores/{id}/files',
    '/vector_stores/{id}/files/{file}',
    '/vector_stores/{id}/files/{file}/content',
    '/vector_store/list',
    '/search',
    '/search/{tool}',
    '/ocr',
    '/containers',
    '/containers/*',
  ]),
  '/v2/rerank',
  '/utils/token_counter',
  '/utils/transform_request',
];

const ANTHROPIC_ROUTES = [
  '/v1/messages',
  '/v1/messages/count_tokens',
  '/v1/skills',
  '/v1/skills/{id}',
];

const KEY_MANAGEMENT_ROUTES = [
  '/key/generate',
  '/key/update',
  '/key/delete',
  '/key/info',
  '/key/regenerate',
  '/key/service-account/generate',
  '/key/{id}/regenerate',
  '/key/list',
  '/key/block',
  '/key/unblock',
  '/key/bulk_update',
];

const INFO_ROUTES = [
  '/key/info',
  '/key/health',
  '/team/info',
  '/team/list',
  '/v2/team/list',
  '/organization/list',
  '/team/available',
  '/user/info',
  '/model/info',
  '/v1/model/info',
  '/v2/model/info',
  '/v2/key/info',
  '/model_group/info',
  '/health',
  '/key/list',
  '/models',
  '/v1/models',
];

/** LiteLLM's has `/metrics` too, which would undo `require_auth_for_metrics_endpoint`. */
const PUBLIC_ROUTES = ['/health/liveliness', '/health/liveness', '/health/readiness'];

export const ROUTE_GROUPS: ReadonlyMap<string, readonly string[]> = new Map<
  string,
  readonly string[]
>([
  ['openai_routes', OPENAI_ROUTES],
  ['anthropic_routes', ANTHROPIC_ROUTES],
  ['llm_api_routes', [...OPENAI_ROUTES, ...ANTHROPIC_ROUTES]],
  ['info_routes', INFO_ROUTES],
  ['key_management_routes', KEY_MANAGEMENT_ROUTES],
  [
    'management_routes',
    [
      ...KEY_MANAGEMENT_ROUTES,
      '/user/new',
      '/user/update',
      '/user/delete',
      '/user/info',
      '/user/list',
      '/team/new',
      '/team/update',
      '/team/delete',
      '/team/list',
      '/v2/team/list',
      '/team/info',
      '/team/block',
      '/team/unblock',
      '/team/available',
      '/team/permissions_list',
      '/team/permissions_update',
      '/model/new',
      '/model/update',
      '/model/delete',
      '/model/info',
    ],
  ],
  [
    'spend_tracking_routes',
    [
      '/spend/keys',
      '/spend/users',
      '/spend/tags',
      '/spend/calculate',
      '/spend/logs',
      '/cost/estimate',
    ],
  ],
  [
    'global_spend_tracking_routes',
    [
      '/global/spend',
      '/global/predict/spend/logs',
      ...under(
        ['/global/spend'],
        ['/logs', '/keys', '/teams', '/end_users', '/models', '/report', '/provider', '/tags'],
      ),
    ],
  ],
  ['public_routes', PUBLIC_ROUTES],
]);

/** The paths that an entry of such a list stands for; null where it is neither a path nor the name of a group. */
export function selectRoutePatterns(entry: string): readonly string[] | null {
  if (entry.startsWith('/')) return [entry];
  return ROUTE_GROUPS.get(entry.replace(/^LiteLLMRoutes\./, '')) ?? null;
}
