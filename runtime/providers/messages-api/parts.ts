import { parseDataUrl } from '../translate/data-url';
import { invalid } from '../translate/openai-request';
import type { CacheControl, Json, Message, Part } from '../translate/openai-request';

/** Content blocks of a message. Throws for what this API cannot take. */
export function renderParts({ parts, path }: Message): readonly Json[] {
  return parts.flatMap((part, at): readonly Json[] => {
    const block = renderPart(part, `${path}.content[${at}]`);
    return block === null ? [] : [block];
  });
}

/** Null: it says nothing. */
function renderPart(part: Part, path: string): Json | null {
  switch (part.kind) {
    case 'text':
      // Empty text is refused.
      return part.text === '' ? null : cached({ type: 'text', text: part.text }, part.cacheControl);
    case 'image':
      return cached(renderImage(part.url, part.format), part.cacheControl);
    case 'file':
      return cached(renderDocument(part, path), part.cacheControl);
    case 'audio':
      throw invalid(path, 'must not be audio: Anthropic takes text, images and documents');
    case 'own':
      return part.json;
  }
}

function renderImage(url: string, format: string | null): Json {
  const data = parseDataUrl(url);
  if (data === null) return { type: 'image', source: { type: 'url', url } };
  const mediaType = format ?? data.mediaType;
  const type = mediaType.startsWith('image/') ? 'image' : 'document';
  return { type, source: { type: 'base64', media_type: mediaType, data: data.base64 } };
}

function renderDocument(file: Extract<Part, { kind: 'file' }>, path: string): Json {
  const title = file.name === null ? {} : { title: file.name };
  return { type: 'document', source: renderSource(file, path), ...title };
}

function renderSource(
  { data: content, id, format }: Extract<Part, { kind: 'file' }>,
  path: string,
): Json {
  if (id !== null) {
    return /^https?:/.test(id) ? { type: 'url', url: id } : { type: 'file', file_id: id };
  }
  const data = parseDataUrl(content ?? '');
  if (data === null) throw invalid(`${path}.file.file_data`, 'must be a data URL in base64');
  const mediaType = format ?? data.mediaType;
  if (!mediaType.startsWith('text/')) {
    return { type: 'base64', media_type: mediaType, data: data.base64 };
  }
  const text = Buffer.from(data.base64, 'base64').toString('utf8');
  return { type: 'text', media_type: 'text/plain', data: text };
}

function cached(block: Json, cacheControl: CacheControl): Json {
  return cacheControl === null ? block : { ...block, cache_control: cacheControl };
}
