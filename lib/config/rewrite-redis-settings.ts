import { renderSnippet } from './canonical-yaml';
import { ownValue, sectionOf, type ConfigMap, type ConfigTree } from './config-tree';
import { CONFIG_DEFAULTS } from './defaults';
import { referenceName } from './references';
import { withoutKeys, withSection, type Rewrite } from './rewrite';
import { readBoolean } from './setting-schemas';
import { GUIDE_CACHE_KEYS } from './settings/general-settings';

/** The guide's Redis settings under `general_settings` become `litellm_settings.cache` and `cache_params`. */
export function rewriteRedisSettings(tree: ConfigMap): Rewrite {
  const general = sectionOf(tree, 'general_settings');
  const first = GUIDE_CACHE_KEYS.find((key) => ownValue(general, key) !== undefined);
  if (first === undefined) return { tree, warnings: [] };

  const settings = readGuideSettings(general);
  const litellm = sectionOf(tree, 'litellm_settings');
  const without = withSection(tree, 'general_settings', withoutKeys(general, GUIDE_CACHE_KEYS));
  const rewritten = withSection(without, 'litellm_settings', { ...settings, ...litellm });
  const shown = renderSnippet({ litellm_settings: maskPassword(settings) });
  const warning = {
    rule: 'config.dialect.redis',
    path: `general_settings.${first}`,
    message: `LiteLLM reads no Redis settings here; write ${shown}`,
  };
  return { tree: rewritten, warnings: [warning] };
}

function readGuideSettings(general: ConfigMap): ConfigMap {
  const cache = ownValue(general, 'cache') ?? true;
  const host = ownValue(general, 'redis_host') ?? null;
  if (host === null) return { cache };

  const port = ownValue(general, 'redis_port') ?? null;
  const password = ownValue(general, 'redis_password') ?? null;
  const sentinel = readBoolean(ownValue(general, 'redis_use_sentinel')) === true;
  const nodes: ConfigMap = sentinel
    ? {
        service_name: ownValue(general, 'redis_sentinel_master_name') ?? null,
        sentinel_nodes: splitHosts(host).map((name) => [
          name,
          port ?? CONFIG_DEFAULTS.sentinelPort,
        ]),
      }
    : { host, port: port ?? CONFIG_DEFAULTS.redisPort };
  const params = { type: 'redis', ...nodes, ...(password === null ? {} : { password }) };
  return { cache, cache_params: params };
}

/** Several Sentinels may stand in one text: `sentinel-1,sentinel-2`. */
function splitHosts(host: ConfigTree): readonly ConfigTree[] {
  if (typeof host !== 'string' || referenceName(host) !== null) return [host];
  return host
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function maskPassword(settings: ConfigMap): ConfigMap {
  const params = sectionOf(settings, 'cache_params');
  const password = ownValue(params, 'password');
  if (password === undefined || referenceName(String(password)) !== null) return settings;
  return { ...settings, cache_params: { ...params, password: 'os.environ/REDIS_PASSWORD' } };
}
