type Json = Readonly<Record<string, unknown>>;

/** OpenAI refuses more. */
const MOST_ENTRIES = 16;

/**
 * `metadata` has two masters. To LiteLLM it says who is to be billed and where a request goes (`tags`, `session_id`), and
 * never leaves the proxy; OpenAI keeps it with an answer that it stores, and answers 400 to it without `store`. Whether a
 * body's metadata has to be changed or taken out before it is sent.
 */
export function isKeptBack({ metadata, store }: Json): boolean {
  if (metadata === undefined || metadata === null) return false;
  return store !== true || !isOpenAiMetadata(metadata);
}

/** OpenAI's part of the metadata; undefined: there is none to send. */
export function selectOpenAiMetadata({ metadata, store }: Json): unknown {
  if (store !== true || metadata === undefined || metadata === null) return undefined;
  if (typeof metadata !== 'object' || Array.isArray(metadata)) return metadata;
  const texts = Object.entries(metadata).filter(([, value]) => typeof value === 'string');
  return texts.length === 0 ? undefined : Object.fromEntries(texts.slice(0, MOST_ENTRIES));
}

/** Of what is no map at all the provider itself says that it is wrong. */
function isOpenAiMetadata(metadata: unknown): boolean {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return true;
  const values = Object.values(metadata);
  return values.length <= MOST_ENTRIES && values.every((value) => typeof value === 'string');
}
