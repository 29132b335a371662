import { z } from 'zod';
import { durationSetting } from './duration-setting';
import { nameListSetting, numberSetting, refuseSetting } from './setting-schemas';

/** What `/key/generate` fills in, bounds and asks for. */
export interface KeyGenerationConfig {
  /** `default_key_generate_params`, as a body of `/key/generate` would say it. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly upperBounds: KeyUpperBounds;
  /** Who makes keys of teams, and what they have to say; null: the roles decide. */
  readonly team: KeyMakers | null;
  /** The same of keys that belong to no team. */
  readonly personal: KeyMakers | null;
}

/** `upperbound_key_generate_params`. Null: no bound. */
export interface KeyUpperBounds {
  /** Unit: US dollars. */
  readonly max_budget: number | null;
  /** Unit: seconds. */
  readonly budget_duration: number | null;
  /** Unit: seconds. */
  readonly duration: number | null;
  readonly max_parallel_requests: number | null;
  readonly tpm_limit: number | null;
  readonly rpm_limit: number | null;
}

export interface KeyMakers {
  /** Roles of team members or of users; null: every role. */
  readonly roles: readonly string[] | null;
  readonly requiredParams: readonly string[];
}

/** The fields that LiteLLM fills in. */
const DEFAULTED = [
  'max_budget',
  'user_id',
  'team_id',
  'max_parallel_requests',
  'tpm_limit',
  'rpm_limit',
  'budget_duration',
  'models',
  'metadata',
] as const;

const BOUNDED = [
  'max_budget',
  'budget_duration',
  'duration',
  'max_parallel_requests',
  'tpm_limit',
  'rpm_limit',
] as const;

const count = (example: number) => numberSetting({ of: 'whole', least: 0, example });
const dollars = (example: number) => numberSetting({ of: 'any', least: 0, example });

/** A guard that is written and not understood must not look like one that holds. */
function refuseOthers(known: readonly string[]) {
  return (settings: object, sink: Parameters<typeof refuseSetting>[0]): void => {
    for (const key of Object.keys(settings)) {
      if (known.includes(key)) continue;
      refuseSetting(sink, {
        rule: 'config.key-generation',
        path: [key],
        allowed: `be one of ${known.join(', ')}`,
        fix: 'remove it, or choose one of them',
      });
    }
  };
}

const textDuration = () =>
  z
    .unknown()
    .transform((value, sink): unknown => {
      const result = durationSetting().safeParse(value);
      if (result.success) return value;
      return refuseSetting(sink, {
        rule: 'config.duration',
        allowed: 'be a span of time',
        fix: 'write a number and one of s, m, h, d, w, mo, such as 1d',
      });
    })
    .nullish();

export const keyDefaultsSetting = () =>
  z
    .looseObject({
      max_budget: dollars(10),
      max_parallel_requests: count(10),
      tpm_limit: count(100_000),
      rpm_limit: count(100),
      budget_duration: textDuration(),
      models: nameListSetting(),
      metadata: z.looseObject({}).nullish(),
    })
    .superRefine(refuseOthers(DEFAULTED))
    .nullish();

export const keyUpperBoundsSetting = () =>
  z
    .looseObject({
      max_budget: dollars(100),
      budget_duration: durationSetting(),
      duration: durationSetting(),
      max_parallel_requests: count(10),
      tpm_limit: count(100_000),
      rpm_limit: count(100),
    })
    .superRefine(refuseOthers(BOUNDED))
    .nullish();

export const keyGenerationSetting = () =>
  z
    .looseObject({
      team_key_generation: z
        .looseObject({
          allowed_team_member_roles: nameListSetting(),
          required_params: nameListSetting(),
        })
        .superRefine(refuseOthers(['allowed_team_member_roles', 'required_params']))
        .nullish(),
      personal_key_generation: z
        .looseObject({ allowed_user_roles: nameListSetting(), required_params: nameListSetting() })
        .superRefine(refuseOthers(['allowed_user_roles', 'required_params']))
        .nullish(),
    })
    .superRefine(refuseOthers(['team_key_generation', 'personal_key_generation']))
    .nullish();

interface KeySettings {
  readonly default_key_generate_params?: z.infer<ReturnType<typeof keyDefaultsSetting>>;
  readonly upperbound_key_generate_params?: z.infer<ReturnType<typeof keyUpperBoundsSetting>>;
  readonly key_generation_settings?: z.infer<ReturnType<typeof keyGenerationSetting>>;
}

export function parseKeyGeneration(litellm: KeySettings): KeyGenerationConfig {
  const bounds = litellm.upperbound_key_generate_params ?? {};
  const settings = litellm.key_generation_settings ?? {};
  const { team_key_generation: team, personal_key_generation: personal } = settings;
  return {
    defaults: withoutNull(litellm.default_key_generate_params ?? {}),
    upperBounds: {
      max_budget: bounds.max_budget ?? null,
      budget_duration: bounds.budget_duration ?? null,
      duration: bounds.duration ?? null,
      max_parallel_requests: bounds.max_parallel_requests ?? null,
      tpm_limit: bounds.tpm_limit ?? null,
      rpm_limit: bounds.rpm_limit ?? null,
    },
    team: makersOf(team, team?.allowed_team_member_roles),
    personal: makersOf(personal, personal?.allowed_user_roles),
  };
}

function makersOf(
  section: { readonly required_params?: readonly string[] | null | undefined } | null | undefined,
  roles: readonly string[] | null | undefined,
): KeyMakers | null {
  if (section === null || section === undefined) return null;
  return { roles: roles ?? null, requiredParams: section.required_params ?? [] };
}

function withoutNull(settings: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== null && value !== undefined),
  );
}
