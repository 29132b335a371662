// What it costs to translate one chunk of a stream into OpenAI's format:
//   node test/bench/translate-chunks.mjs anthropic
// `parse-alone` reads and writes the same JSON and translates nothing.
import { crc32 } from 'node:zlib';
import { translateAnswer } from '../../dist/runtime/providers/translate/translate-answer.js';
import { MESSAGES_DIALECT } from '../../dist/runtime/providers/messages-api/dialect.js';
import { GENERATE_CONTENT_DIALECT } from '../../dist/runtime/providers/generate-content/dialect.js';
import { CONVERSE_DIALECT } from '../../dist/runtime/providers/bedrock/dialect.js';

const CHUNKS = 2_000;
const STREAMS = 40;
const WORD = 'a few words ';
const CALL = {
  delivery: 'stream',
  providerModel: 'm',
  usageEvent: 'added',
  createdSeconds: 5,
  id: 'chatcmpl-1',
};

const anthropicDelta = {
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: WORD },
};
const CASES = {
  'parse-alone': { translate: null, head: '', chunk: JSON.stringify(anthropicDelta) },
  anthropic: {
    dialect: MESSAGES_DIALECT,
    head: event({ type: 'message_start', message: { id: 'msg_1', usage: { input_tokens: 5 } } }),
    chunk: event(anthropicDelta),
  },
  bedrock: {
    dialect: CONVERSE_DIALECT,
    head: frame('messageStart', { role: 'assistant' }),
    chunk: frame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: WORD } }),
  },
  gemini: {
    dialect: GENERATE_CONTENT_DIALECT,
    head: '',
    chunk: `data: ${JSON.stringify({
      candidates: [{ content: { role: 'model', parts: [{ text: WORD }] }, index: 0 }],
      modelVersion: 'gemini-2.5-flash',
      responseId: 'a',
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 1 },
    })}\r\n\r\n`,
  },
};

function event(json) {
  return `event: ${json.type}\ndata: ${JSON.stringify(json)}\n\n`;
}

function frame(type, payload) {
  const headers = Buffer.concat(
    [
      [':event-type', type],
      [':message-type', 'event'],
    ].map(([name, value]) =>
      Buffer.concat([
        Buffer.from([name.length]),
        Buffer.from(name),
        Buffer.from([7, 0, value.length]),
        Buffer.from(value),
      ]),
    ),
  );
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + headers.length + body.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const message = Buffer.concat([prelude, headers, body]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(message), 0);
  return Buffer.concat([message, checksum]);
}

function translateStream({ dialect, head, chunk }) {
  const translation = translateAnswer(dialect, CALL);
  translation.head(200, {});
  translation.data(head);
  let bytes = 0;
  for (let at = 0; at < CHUNKS; at += 1) bytes += translation.data(chunk).length;
  return bytes;
}

function parseAlone({ chunk }) {
  let bytes = 0;
  for (let at = 0; at < CHUNKS; at += 1) {
    bytes += Buffer.from(JSON.stringify(JSON.parse(chunk.toString('utf8')))).length;
  }
  return bytes;
}

const { head, chunk, ...given } = CASES[process.argv[2]];
const bytesOf = { ...given, head: Buffer.from(head), chunk: Buffer.from(chunk) };
const work = given.dialect === undefined ? parseAlone : translateStream;
// Cold code is nobody's chunk.
for (let at = 0; at < 5; at += 1) work(bytesOf);
const before = process.cpuUsage();
let bytes = 0;
for (let at = 0; at < STREAMS; at += 1) bytes += work(bytesOf);
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  JSON.stringify({
    cpuMicros: (user + system) / STREAMS / CHUNKS,
    bytes: bytes / STREAMS / CHUNKS,
  }),
);
