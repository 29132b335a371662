import type { ConfigFile } from './config-schema';
import type { RouterConfig } from './gateway-config';
import type { Environment } from './references';
import type { RequestShaping } from './request-shaping';
import { readBoolean } from './setting-schemas';

/** What the settings that hold for every deployment say of requests to providers. */
export interface SharedShaping extends Pick<
  RequestShaping,
  'unsupported' | 'clientHeaders' | 'clientOrganization'
> {
  /** `model_group_settings.forward_client_headers_to_llm_api`: names of models, wildcards and aliases. */
  readonly forwardingModels: readonly string[];
  /** Alias → model name. */
  readonly aliases: Readonly<Record<string, string>>;
}

export function parseSharedShaping(
  file: ConfigFile,
  { modelGroupAlias }: Pick<RouterConfig, 'modelGroupAlias'>,
  environment: Environment,
): SharedShaping {
  const litellm = file.litellm_settings ?? {};
  const general = file.general_settings ?? {};
  const drops = litellm.drop_params ?? readBoolean(environment['LITELLM_DROP_PARAMS'] ?? '');
  return {
    unsupported: drops === true ? 'dropped' : 'refused',
    clientHeaders: general.forward_client_headers_to_llm_api === true ? 'forwarded' : 'kept-back',
    clientOrganization: general.forward_openai_org_id === true ? 'forwarded' : 'kept-back',
    forwardingModels: litellm.model_group_settings?.forward_client_headers_to_llm_api ?? [],
    aliases: modelGroupAlias,
  };
}
