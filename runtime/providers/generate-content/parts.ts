import { parseDataUrl } from '../translate/data-url';
import { invalid } from '../translate/openai-request';
import type { Json, Message, Part } from '../translate/openai-request';
import { selectMediaType } from './media-type';

/** Parts of a message. Throws for what Google cannot take. */
export function renderParts({ parts, path }: Message): readonly Json[] {
  return parts.flatMap((part, at): readonly Json[] => {
    const rendered = renderPart(part, `${path}.content[${at}]`);
    return rendered === null ? [] : [rendered];
  });
}

/** Null: it says nothing. */
function renderPart(part: Part, path: string): Json | null {
  switch (part.kind) {
    case 'text':
      return part.text === '' ? null : { text: part.text };
    case 'image':
      return renderMedia(part.url, part.format);
    case 'audio':
      return { inlineData: { mimeType: renderAudioType(part.format), data: part.data } };
    case 'file':
      return renderFile(part, path);
    case 'own':
      // What bears a type is in the words of somebody else.
      if (part.json.type === undefined) return part.json;
      throw invalid(`${path}.type`, 'must be text, image_url, input_audio or file');
  }
}

function renderFile(file: Extract<Part, { kind: 'file' }>, path: string): Json {
  if (file.id !== null) return renderMedia(file.id, file.format);
  const data = file.data ?? '';
  if (parseDataUrl(data) !== null) return renderMedia(data, file.format);
  const mimeType = file.format ?? selectMediaType(file.name ?? '');
  if (mimeType !== null) return { inlineData: { mimeType, data } };
  throw invalid(`${path}.file.file_data`, 'must be a data URL in base64, or have format beside it');
}

/** Google fetches addresses itself: what lies there is never loaded into the gateway. */
function renderMedia(url: string, format: string | null): Json {
  const data = parseDataUrl(url);
  if (data !== null) {
    return { inlineData: { mimeType: format ?? data.mediaType, data: data.base64 } };
  }
  const mimeType = format ?? selectMediaType(url);
  return { fileData: { ...(mimeType === null ? {} : { mimeType }), fileUri: url } };
}

function renderAudioType(format: string): string {
  return format.startsWith('audio/') ? format : `audio/${format}`;
}
