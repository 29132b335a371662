import type { ModelEntry } from './config-schema';
import {
  isMap,
  leavesOf,
  sectionOf,
  valueAt,
  type ConfigMap,
  type ConfigTree,
} from './config-tree';
import { isSecretName } from './literal-secrets';
import { referenceName } from './references';
import type { RequestShaping } from './request-shaping';
import type { SharedShaping } from './shared-shaping';

/** `written` is the entry's `litellm_params`, defaults and credential included, with references unresolved. */
export function parseRequestShaping(
  entry: ModelEntry,
  written: ConfigMap,
  shared: SharedShaping,
): RequestShaping {
  const params = entry.litellm_params;
  const resolved = params as unknown as ConfigTree;
  const headers = new Map<string, string>();
  for (const given of [params.headers, params.extra_headers]) {
    for (const [name, value] of Object.entries(given ?? {})) headers.set(name.toLowerCase(), value);
  }
  return {
    extraHeaders: [...headers],
    extraBody: params.extra_body ?? {},
    unsupported: parseUnsupported(params.drop_params ?? null, shared),
    droppedPaths: params.additional_drop_params ?? [],
    allowedParams: params.allowed_openai_params ?? [],
    clientHeaders: isForwarding(entry.model_name, shared) ? 'forwarded' : shared.clientHeaders,
    clientOrganization: shared.clientOrganization,
    secretValues: selectSecrets(resolved),
    undisclosedValues: selectReferenced(written, resolved),
  };
}

function parseUnsupported(
  own: boolean | null,
  { unsupported }: SharedShaping,
): RequestShaping['unsupported'] {
  // LiteLLM drops where either asks for it, so that one deployment cannot take the global setting back.
  return own === true ? 'dropped' : unsupported;
}

function isForwarding(model: string, { forwardingModels, aliases }: SharedShaping): boolean {
  return forwardingModels.some((listed) => {
    const name = Object.hasOwn(aliases, listed) ? aliases[listed] : listed;
    if (name === undefined) return false;
    return name.endsWith('*') ? model.startsWith(name.slice(0, -1)) : name === model;
  });
}

/** Known to be one without looking. */
const DEPLOYMENT_KEY = 'api_key';
const HEADER_SECTIONS: ReadonlySet<string> = new Set(['headers', 'extra_headers']);
const SECRET_HEADER = /(key|token|secret|password|authorization|credential|cookie)/i;
const SCHEME = /^(bearer|basic|token) +/i;

function selectSecrets(params: ConfigTree): readonly string[] {
  return leavesOf(params).flatMap(({ path, value }) => {
    const name = path.at(-1);
    if (typeof value !== 'string' || typeof name !== 'string') return [];
    if (path.length === 1 && name === DEPLOYMENT_KEY) return [];
    const isSecret = HEADER_SECTIONS.has(String(path[0]))
      ? SECRET_HEADER.test(name)
      : isSecretName(name);
    // What stands behind the scheme is the credential, and may be echoed alone.
    return isSecret ? [value, value.replace(SCHEME, '')] : [];
  });
}

function selectReferenced(written: ConfigMap, resolved: ConfigTree): readonly string[] {
  return ['headers', 'extra_headers', 'extra_body'].flatMap((section) => {
    const tree = sectionOf(written, section);
    return leavesOf(tree).flatMap(({ path, value }) => {
      if (typeof value !== 'string' || referenceName(value) === null) return [];
      const held = isMap(resolved) ? valueAt(resolved, [section, ...path]) : undefined;
      return typeof held === 'string' ? [held] : [];
    });
  });
}
