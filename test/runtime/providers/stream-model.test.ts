import fc from 'fast-check';
import { StreamModel } from '../../../runtime/providers/stream-model';

const render = (text: string, model = 'alias'): string =>
  new StreamModel(model).render(Buffer.from(text)).toString();

describe('StreamModel', () => {
  it.each(['\n', '\r', '\r\n'])(
    "names the client's model in each event, with lines that end in %j",
    (end) => {
      const lines = [
        ': model "x"',
        'event: model',
        'data: {"id":"1","model":"internal","choices":[]}',
        '',
        'data:{"model" : "internal"}',
        '',
        'data: {"id":"1","model":"internal","choices":[{"delta":{"content":"\u00fc\u{1F600}"}}]}',
        '',
        'data: {"id":"2","model":"other\\"s","choices":[]}',
        '',
        'data: [DONE]',
        '',
        '',
      ];
      const expected = lines.map((line) =>
        line.startsWith('data') ? line.replace(/"(internal|other\\"s)"/, '"alias"') : line,
      );
      expect(render(lines.join(end))).toBe(expected.join(end));
    },
  );

  it.each([
    ['of a nested object', 'data: {"choices":[{"model":"x"}],"usage":{"model":"x"}}\n\n'],
    [
      'in the text of the model',
      'data: {"choices":[{"delta":{"content":"{\\"model\\":\\"x\\"}"}}]}\n\n',
    ],
    ['that is no text', 'data: {"model":null}\n\ndata: {"model":{"model":"x"}}\n\n'],
    [
      'that has the name already',
      'data: {"id":"1","model":"alias"}\n\ndata: {"id":"1","model":"alias"}\n\n',
    ],
    ['of an event that is no JSON', 'data: model "model":"x"\n\n'],
    ['whose end did not come', 'data: {"model":"inter'],
    ['outside of data', 'event: {"model":"x"}\nid: {"model":"x"}\n\n'],
  ])('leaves a model alone %s', (_name, text) => {
    expect(render(text)).toBe(text);
  });

  it('leaves an event alone whose line ends with the name', () => {
    const known = 'data: {"model":"x","a":1}\n\n';
    expect(render(`${known}data: {"model":"x"\ndata: }\n\n`)).toBe(
      'data: {"model":"alias","a":1}\n\ndata: {"model":"x"\ndata: }\n\n',
    );
  });

  it('copies nothing where the names are the same', () => {
    const lines = Buffer.from('data: {"model":"alias","a":1}\n\n'.repeat(2));
    expect(new StreamModel('alias').render(lines)).toBe(lines);
  });

  it('does not take a longer name for the one it knows', () => {
    const text = ['a', 'ab', 'a'].map((name) => `data: {"model":"${name}","x":1}\n\n`).join('');
    expect(render(text)).toBe('data: {"model":"alias","x":1}\n\n'.repeat(3));
  });

  it('writes a name with quotes and umlauts as JSON', () => {
    expect(render('data: {"model":"x"}\n\n', 'a"\u00fc')).toBe('data: {"model":"a\\"\u00fc"}\n\n');
  });

  it('finds the model of a long event near its beginning, whatever follows', () => {
    const long = 'y'.repeat(100_000);
    const near = `data: {"model":"x","a":"${long}"`;
    expect(render(near)).toBe(`data: {"model":"alias","a":"${long}"`);
    const far = `data: {"a":"${long}","model":"x"}\n\n`;
    expect(render(far)).toBe(far);
  });

  it('changes the name and nothing else of any stream', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const event = fc.record({
      id: text,
      model: fc.constantFrom('m', 'm2', 'alias'),
      content: text,
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 6 }), text, (events, alias) => {
        const write = (name: string | null): string =>
          events
            .map(({ id, model, content }) => {
              const choices = [{ delta: { content }, model: content }];
              return `data: ${JSON.stringify({ id, model: name ?? model, choices })}\n\n`;
            })
            .join('');
        expect(render(write(null), alias)).toBe(write(alias));
      }),
    );
  });
});
