import { parseGatewayConfig } from '../../../lib/config';
import { isUnsupported } from '../../../runtime/providers/provider';
import { PROVIDERS } from '../../../runtime/providers/providers';
import type { Translation } from '../../../runtime/providers/translation';
import { providerContext } from '../../support/provider-context';
import { renderEventFrame } from '../../support/vendors/event-frame';
import type { Saying, Vendor } from './vendor';
import { VENDORS } from './vendors';

const SAYING: Saying = {
  thought: 'Hm… 🤔',
  words: ['Grüße', ' ', '👋🏽', ' «x»\n\ndata: no event'],
  calls: [
    { id: 'a', name: 'weather', args: { city: 'Zürich', days: [1, 2] } },
    { id: 'b', name: 'now', args: {} },
  ],
};

const CALL = {
  delivery: 'stream',
  usageEvent: 'added',
  createdSeconds: 5,
  id: 'chatcmpl-1',
} as const;

type Begin = () => Translation | null;

/** Null: the vendor speaks OpenAI's format, whose bytes pass as they are. */
function selectTranslate(vendor: Vendor): Begin | null {
  const entry = { model_name: 'm', litellm_params: vendor.params('http://127.0.0.1:1') };
  const config = parseGatewayConfig(JSON.stringify({ model_list: [entry] }), { environment: {} });
  const [deployment] = config.deployments;
  if (deployment === undefined) throw new Error('no deployment');
  const prepared = PROVIDERS.get(deployment.provider)?.prepare(deployment, providerContext());
  if (prepared === undefined || isUnsupported(prepared)) throw new Error('cannot be asked');
  const { translate } = prepared;
  const { providerModel } = deployment;
  return translate === null ? null : () => translate({ ...CALL, providerModel });
}

const TRANSLATED = VENDORS.flatMap((vendor) => {
  const translate = selectTranslate(vendor);
  return translate === null ? [] : [{ ...vendor, translate }];
});

function tell(translate: Begin, bytes: Buffer, cuts: readonly number[] = []): string {
  const translation = translate();
  if (translation === null) throw new Error('nothing is translated');
  translation.head(200, {});
  const ends = [...cuts, bytes.length];
  const pieces = ends.map((end, at) => translation.data(bytes.subarray(ends[at - 1] ?? 0, end)));
  return Buffer.concat([...pieces, translation.end()]).toString();
}

function join(chunks: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(chunks.map((chunk) => Buffer.from(chunk)));
}

describe.each(TRANSLATED)('a stream of $name', ({ stream, translate }) => {
  const { chunks } = stream(SAYING);
  const bytes = join(chunks);
  const told = tell(translate, bytes);
  const isText = typeof chunks[0] === 'string';

  it('becomes the words, thoughts and calls that were said', () => {
    for (const word of SAYING.words ?? []) expect(told).toContain(JSON.stringify(word));
    expect(told).toContain(JSON.stringify(SAYING.thought));
    expect(told).toContain('"name":"weather"');
    expect(told.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('becomes the same wherever it is cut', () => {
    for (let at = 1; at < bytes.length; at += 1) {
      if (tell(translate, bytes, [at]) !== told) throw new Error(`differs when cut at ${at}`);
    }
    const everywhere = Array.from({ length: bytes.length - 1 }, (_, at) => at + 1);
    expect(tell(translate, bytes, everywhere)).toBe(told);
  });

  it('never looks whole when it breaks off before its end', () => {
    const begun = join(chunks.slice(0, -1)).length;
    for (let at = 0; at < begun; at += 1) {
      const text = tell(translate, bytes.subarray(0, at));
      // Bedrock tells what was used after the last word: without it the answer is whole, and its price is unknown.
      if (text.includes('[DONE]')) expect(text).toContain('"finish_reason":"');
    }
  });

  it.each([
    [
      'other ends of lines',
      (text: string) => text.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'),
    ],
    ['comments', (text: string) => text.replaceAll('data: {', ': still there\ndata: {')],
    [
      'events and members that are new',
      (text: string) =>
        text
          .replaceAll('data: {', 'data: {"newMember":{"a":[1]},')
          .replace(/$/, 'event: brand_new\ndata: {"type":"brand_new","x":1}\n\n'),
    ],
  ])('becomes the same with %s', (_name, change) => {
    const changed = isText
      ? Buffer.from(change(bytes.toString()))
      : Buffer.concat([
          renderEventFrame('brandNew', { x: 1 }),
          renderEventFrame('initial-response', {}),
          bytes,
        ]);
    expect(tell(translate, changed)).toBe(told);
  });

  it('survives any one byte that is wrong', () => {
    for (let at = 0; at < bytes.length; at += 5) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      expect(() => tell(translate, flipped)).not.toThrow();
    }
  });
});
