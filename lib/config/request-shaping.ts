/** What a deployment's parameters and the shared settings make of each request to its provider. */
export interface RequestShaping {
  /** `extra_headers`, or LiteLLM's other name for them, `headers`: name in small letters, value. */
  readonly extraHeaders: readonly (readonly [string, string])[];
  /** Members of the body, over those that the client sends, as the OpenAI SDK's `extra_body`. */
  readonly extraBody: Readonly<Record<string, unknown>>;
  /** What becomes of a parameter that the model is known not to take: `drop_params`. */
  readonly unsupported: 'refused' | 'dropped';
  /** `additional_drop_params`: names, or paths such as `tools[*].strict`. */
  readonly droppedPaths: readonly string[];
  /** `allowed_openai_params`: sent although the model is known not to take them. */
  readonly allowedParams: readonly string[];
  /** Whether a client's own `x-` headers go along. */
  readonly clientHeaders: 'forwarded' | 'kept-back';
  /** Whether a client's `OpenAI-Organization` goes along. */
  readonly clientOrganization: 'forwarded' | 'kept-back';
  /** Values that are credentials by their name; the deployment's `api_key` is not repeated here. */
  readonly secretValues: readonly string[];
  /** Values from the environment among the extra headers and the extra body, whatever their name. */
  readonly undisclosedValues: readonly string[];
}
