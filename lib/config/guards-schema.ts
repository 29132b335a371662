import { z } from 'zod';
import { addressRangesSetting } from './address-range';
import { durationSetting } from './duration-setting';
import { jwtSettings } from './jwt-config';
import {
  keyDefaultsSetting,
  keyGenerationSetting,
  keyUpperBoundsSetting,
} from './key-generation-config';
import { routeListSetting } from './route-list-setting';
import {
  booleanSetting,
  isReference,
  nameListSetting,
  numberSetting,
  refuseSetting,
} from './setting-schemas';

const megabytes = (example: number) => numberSetting({ of: 'any', least: 0, example });
const dollars = (example: number) => numberSetting({ of: 'any', least: 0, example });

/** What a header may be called in HTTP. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]{1,128}$/;

const headerNameSetting = () =>
  z
    .unknown()
    .transform((value, sink): string => {
      if (typeof value === 'string' && (HEADER_NAME.test(value) || isReference(value))) {
        return value;
      }
      return refuseSetting(sink, {
        rule: 'config.header-name',
        allowed: 'be the name of a header',
        fix: 'write a name such as X-Company-Key',
      });
    })
    .nullish();

/** Scheme, host and port, without a path, as browsers send them. */
const ORIGIN = /^(\*|[a-z][a-z\d+.-]*:\/\/[^/\s*]+)$/;

const originsSetting = () =>
  z
    .unknown()
    .transform((value, sink): readonly string[] => {
      const list = Array.isArray(value) ? (value as readonly unknown[]) : [value];
      return list.map((item, index) => {
        if (typeof item === 'string' && (ORIGIN.test(item) || isReference(item))) return item;
        return refuseSetting(sink, {
          rule: 'config.origin',
          path: Array.isArray(value) ? [index] : [],
          allowed: 'be the origin of a web page',
          fix: 'write scheme, host and port such as https://app.example.com, without a path; or *',
        });
      });
    })
    .nullish();

/** The guards among `general_settings`. */
export const guardSettings = {
  allowed_ips: addressRangesSetting(),
  use_x_forwarded_for: booleanSetting(),
  trusted_proxies: addressRangesSetting(),
  litellm_key_header_name: headerNameSetting(),
  allowed_routes: routeListSetting(),
  public_routes: routeListSetting(),
  admin_only_routes: routeListSetting(),
  cors_allow_origins: originsSetting(),
  enforced_params: nameListSetting(),
  service_account_settings: z.looseObject({ enforced_params: nameListSetting() }).nullish(),
  enforce_user_param: booleanSetting(),
  reject_clientside_metadata_tags: booleanSetting(),
  max_request_size_mb: megabytes(2),
  max_response_size_mb: megabytes(2),
  enable_jwt_auth: booleanSetting(),
  litellm_jwtauth: jwtSettings().nullish(),
};

/** The guards among `litellm_settings`. */
export const litellmGuardSettings = {
  require_auth_for_metrics_endpoint: booleanSetting(),
  blocked_user_list: nameListSetting(),
  banned_keywords_list: nameListSetting(),
  max_budget: dollars(100),
  budget_duration: durationSetting(),
  max_end_user_budget: dollars(1),
  max_internal_user_budget: dollars(10),
  internal_user_budget_duration: durationSetting(),
  default_key_generate_params: keyDefaultsSetting(),
  upperbound_key_generate_params: keyUpperBoundsSetting(),
  key_generation_settings: keyGenerationSetting(),
};

interface ForwardedSettings {
  readonly allowed_ips?: unknown;
  readonly use_x_forwarded_for?: boolean | null | undefined;
  readonly trusted_proxies?: readonly unknown[] | null | undefined;
}

/** LiteLLM believes the header of anybody, which makes `allowed_ips` a question of politeness. */
export function refuseAnybodysHeader(
  general: ForwardedSettings,
  sink: Parameters<typeof refuseSetting>[0],
): void {
  if (general.use_x_forwarded_for !== true) return;
  if (general.allowed_ips === undefined || general.allowed_ips === null) return;
  if ((general.trusted_proxies ?? []).length > 0) return;
  refuseSetting(sink, {
    rule: 'config.trusted-proxies',
    path: ['trusted_proxies'],
    allowed: 'be given with use_x_forwarded_for, since a client can write that header itself',
    fix: 'list the addresses of your load balancers, such as [10.0.0.0/8]',
  });
}
