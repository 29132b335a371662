import { parseDataUrl } from '../translate/data-url';
import { joinTurns } from '../translate/join-turns';
import type { Conversation } from '../translate/join-turns';
import { invalid, readArguments, readText } from '../translate/openai-request';
import type { CacheControl, Json, Message, Part } from '../translate/openai-request';

/** The conversation as Converse takes it. Throws for what it cannot take. */
export function renderConverseMessages(messages: readonly Message[]): Conversation {
  return joinTurns(messages, (message) => [
    ...renderBlocks(message),
    ...renderCachePoint(message.cacheControl),
  ]);
}

function renderBlocks(message: Message): readonly Json[] {
  switch (message.role) {
    case 'assistant':
      return [
        ...message.thinkingBlocks.map(renderThinking),
        ...renderParts(message),
        ...message.toolCalls.map((call) => ({
          toolUse: { toolUseId: call.id, name: call.name, input: readArguments(call) },
        })),
      ];
    case 'tool': {
      const content = renderParts(message);
      // A result must say something.
      const said = content.length === 0 ? [{ text: '(empty)' }] : content;
      return [{ toolResult: { toolUseId: message.toolCallId ?? '', content: said } }];
    }
    default:
      return renderParts(message);
  }
}

function renderThinking(block: Json): Json {
  if (block.type === 'redacted_thinking') {
    return { reasoningContent: { redactedContent: block.data } };
  }
  const signature = readText(block.signature);
  const text = readText(block.thinking) ?? '';
  const told = signature === null ? { text } : { text, signature };
  return { reasoningContent: { reasoningText: told } };
}

function renderParts({ parts, path }: Message): readonly Json[] {
  return parts.flatMap((part, at): readonly Json[] => {
    const block = renderPart(part, { path: `${path}.content[${at}]`, at });
    if (block === null) return [];
    return 'cacheControl' in part ? [block, ...renderCachePoint(part.cacheControl)] : [block];
  });
}

function renderPart(
  part: Part,
  place: { readonly path: string; readonly at: number },
): Json | null {
  switch (part.kind) {
    case 'text':
      // Empty text is refused.
      return part.text.trim() === '' ? null : { text: part.text };
    case 'image':
      return renderMedia(part.url, { ...place, format: part.format, name: null });
    case 'file':
      if (part.data === null) {
        throw invalid(`${place.path}.file.file_id`, 'must be file_data: Bedrock keeps no files');
      }
      return renderMedia(part.data, { ...place, format: part.format, name: part.name });
    case 'audio':
      throw invalid(
        place.path,
        'must not be audio: Converse takes text, images, videos and documents',
      );
    case 'own':
      return part.json;
  }
}

interface Media {
  readonly path: string;
  readonly at: number;
  readonly format: string | null;
  readonly name: string | null;
}

function renderMedia(url: string, { path, at, format, name }: Media): Json {
  if (url.startsWith('s3://')) {
    const kind = (format ?? 'image/png').startsWith('video/') ? 'video' : 'image';
    const subtype = (format ?? 'image/png').split('/')[1] ?? 'png';
    return { [kind]: { format: subtype, source: { s3Location: { uri: url } } } };
  }
  const data = parseDataUrl(url);
  if (data === null) {
    throw invalid(path, 'must hold its content as a data URL: Bedrock fetches no addresses');
  }
  const mediaType = format ?? data.mediaType;
  const [type = '', subtype = ''] = mediaType.split('/');
  const source = { bytes: data.base64 };
  if (type === 'image') return { image: { format: subtype === 'jpg' ? 'jpeg' : subtype, source } };
  if (type === 'video') return { video: { format: VIDEOS[subtype] ?? subtype, source } };
  const extension = DOCUMENTS[mediaType];
  if (extension === undefined) {
    const known = [...Object.keys(DOCUMENTS), 'image/*', 'video/*'].join(', ');
    throw invalid(path, `must be one of ${known}, got ${mediaType}`);
  }
  return { document: { format: extension, name: renderName(name, at), source } };
}

/** Names of documents have few characters; each in a conversation is another one. */
function renderName(name: string | null, at: number): string {
  const stem = (name ?? '').replace(/\.[^.]*$/, '').replace(/[^A-Za-z0-9 ()[\]-]+/g, '-');
  return stem.trim() === '' ? `document-${at + 1}` : stem;
}

const VIDEOS: Readonly<Record<string, string>> = { quicktime: 'mov', '3gpp': 'three_gp' };

const DOCUMENTS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
};

function renderCachePoint(cacheControl: CacheControl): readonly Json[] {
  if (cacheControl === null) return [];
  const ttl = readText(cacheControl.ttl);
  return [{ cachePoint: { type: 'default', ...(ttl === '1h' ? { ttl } : {}) } }];
}
