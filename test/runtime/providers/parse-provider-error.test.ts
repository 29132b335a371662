import { parseProviderError } from '../../../runtime/providers/parse-provider-error';

const parse = (body: unknown): ReturnType<typeof parseProviderError> =>
  parseProviderError(JSON.stringify(body));

describe('parseProviderError', () => {
  it.each<[string, unknown, string | null]>([
    ['OpenAI', { error: { message: 'a' } }, 'a'],
    ['Anthropic', { type: 'error', error: { type: 'x', message: 'a' } }, 'a'],
    ['vLLM', { object: 'error', message: 'a' }, 'a'],
    ['xAI', { code: 'x', error: 'a' }, 'a'],
    ['DeepSeek', { detail: 'a' }, 'a'],
    ['FastAPI', { detail: [{ msg: 'a' }, { msg: 'b' }, { loc: [] }] }, 'a; b'],
    ['Google', [{ error: { message: 'a' } }], 'a'],
    ['Cloudflare', { success: false, errors: [{ code: 7009, message: 'a' }, {}] }, 'a'],
    ['Hugging Face', { error: ['a', 7, 'b'] }, 'a; b'],
    ['Ollama', { error: 'a' }, 'a'],
    ['Mistral', { object: 'error', message: { detail: [{ msg: 'a', input: 'b' }] } }, 'a'],
    ['Cohere', { id: 'x', message: 'a' }, 'a'],
    ['Databricks', { error_code: 'BAD_REQUEST', message: 'a' }, 'a'],
    ['a message beside a list', { message: 'a', errors: [{ message: 'b' }] }, 'a'],
    ['a list of nothing', { errors: [] }, null],
    ['an error beside its message', { error: { code: 1 }, message: 'a' }, 'a'],
    ['nobody', { error: {} }, null],
    ['a number', 7, null],
  ])('finds the message of %s', (_name, body, message) => {
    expect(parse(body).message).toBe(message);
  });

  it.each<[unknown, string | null]>([
    ['context_length_exceeded', 'context_length_exceeded'],
    [400, null],
    ['400', null],
    ['', null],
    ['None', null],
    ['The caller does not have permission', null],
    ['x'.repeat(201), null],
    [{ a: 1 }, null],
  ])('takes the code %j for %j', (code, expected) => {
    expect(parse({ error: { code } }).code).toBe(expected);
  });

  it.each<[string, unknown, string | null]>([
    [
      'Databricks',
      { error_code: 'REQUEST_LIMIT_EXCEEDED', message: 'a' },
      'REQUEST_LIMIT_EXCEEDED',
    ],
    ['a body with a list', { message: 'a', code: 'own', errors: [{ code: 'b' }] }, 'own'],
    ['Cloudflare, whose codes are numbers', { errors: [{ code: 7009, message: 'a' }] }, null],
  ])('finds the code of %s', (_name, body, code) => {
    expect(parse(body).code).toBe(code);
  });

  it.each<[unknown, string | null]>([
    ['messages[0].content', 'messages[0].content'],
    ['messages.[0].content.[1].image_url', 'messages.[0].content.[1].image_url'],
    ['', null],
    ['None', null],
    ['a "prompt"', null],
  ])('takes the param %j for %j', (param, expected) => {
    expect(parse({ error: { param } }).param).toBe(expected);
  });

  it('collects what may tell the kind, and nothing that repeats the request', () => {
    const { cues } = parse({
      error: { message: 'No', metadata: { raw: 'Why', flagged_input: 'Secret' } },
      detail: [{ input: 'Mine', ctx: { a: 'Mine' }, msg: 'Said' }],
    });
    expect(cues).toBe('no\nwhy\nsaid');
  });

  it('goes only so deep', () => {
    const deep = Array.from({ length: 20 }).reduce((inner) => ({ inner }), 'text');
    expect(parse(deep).cues).toBe('');
  });
});
