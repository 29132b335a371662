import type { AnswerDialect } from '../../runtime/providers/translate/answer-dialect';
import { translateAnswer } from '../../runtime/providers/translate/translate-answer';
import type { TranslatedCall } from '../../runtime/providers/translation';

/** A chunk of a stream in OpenAI's format. */
export interface Chunk {
  readonly id: string;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: object;
    readonly finish_reason: string | null;
    readonly logprobs?: object;
  }[];
  readonly usage?: object;
  readonly error?: object;
}

const CALL: TranslatedCall = {
  delivery: 'stream',
  providerModel: 'm',
  usageEvent: 'added',
  createdSeconds: 5,
  id: 'chatcmpl-1',
};

/** What a provider's stream becomes, cut at these bytes. */
export function translateStream(
  dialect: AnswerDialect,
  bytes: Buffer,
  {
    cuts = [],
    call = {},
  }: { readonly cuts?: readonly number[]; readonly call?: Partial<TranslatedCall> } = {},
): string {
  const translation = translateAnswer(dialect, { ...CALL, ...call });
  translation.head(200, {});
  const ends = [...cuts, bytes.length];
  const pieces = ends.map((end, at) => translation.data(bytes.subarray(ends[at - 1] ?? 0, end)));
  return Buffer.concat([...pieces, translation.end()]).toString();
}

/** Its events that are JSON. */
export function chunksOf(told: string): readonly Chunk[] {
  return told
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice('data: '.length)) as Chunk);
}

export function deltasOf(told: string): readonly object[] {
  return chunksOf(told).flatMap(({ choices = [] }) => choices.map(({ delta }) => delta));
}
