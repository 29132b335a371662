import {
  parseSimulatedQuestion,
  planSimulatedAnswer,
  renderCompletion,
  renderEvents,
} from '../../../operations/local/simulated-answer';

const question = { model: 'gpt-4o', text: 'Hello!', streamed: false, includeUsage: false };

describe('parseSimulatedQuestion', () => {
  it('reads model, last question and how to answer', () => {
    const body = JSON.stringify({
      model: 'm',
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: 'user', content: 'first' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'la' },
            { type: 'text', text: 'st' },
          ],
        },
        { role: 'assistant', content: 'no' },
      ],
    });
    expect(parseSimulatedQuestion(body, null)).toEqual({
      model: 'm',
      text: 'last',
      streamed: true,
      includeUsage: true,
    });
  });

  it('takes the model of an Azure request from its path', () => {
    expect(parseSimulatedQuestion('{"messages":[]}', 'deployment')?.model).toBe('deployment');
  });

  it.each(['', '[]', '{"model":"m"}', '{"messages":[]}'])('rejects %j', (body) => {
    expect(parseSimulatedQuestion(body, null)).toBeNull();
  });
});

describe('planSimulatedAnswer', () => {
  it('says that it is simulated and how to change that', () => {
    expect(planSimulatedAnswer(question).pieces.join('')).toBe(
      'This answer is simulated: no key is set for the provider of gpt-4o, so your question stayed on this machine. ' +
        'You asked: “Hello!” ' +
        "Set the provider's key, such as OPENAI_API_KEY, and start again to hear from the real model.",
    );
  });

  it('answers the same question with the same bytes, and another one differently', () => {
    const one = renderCompletion(planSimulatedAnswer(question));
    expect(renderCompletion(planSimulatedAnswer({ ...question }))).toBe(one);
    expect(renderCompletion(planSimulatedAnswer({ ...question, text: 'Bye' }))).not.toBe(one);
  });
});

describe('renderEvents', () => {
  const parse = (events: readonly string[]) =>
    events.slice(0, -1).map(
      (event) =>
        JSON.parse(event.slice('data: '.length)) as {
          choices: { delta: { content?: string }; finish_reason: string | null }[];
          usage?: unknown;
        },
    );

  it('streams the whole answer between role and reason to stop', () => {
    const answer = planSimulatedAnswer(question);
    const events = renderEvents(answer, false);
    expect(events.at(-1)).toBe('data: [DONE]\n\n');
    const chunks = parse(events);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(
      answer.pieces.join(''),
    );
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.every((chunk) => !('usage' in chunk))).toBe(true);
  });

  it('ends with the usage when it is asked for', () => {
    const answer = planSimulatedAnswer(question);
    const chunks = parse(renderEvents(answer, true));
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: answer.usage });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  });
});
