import { GatewayError } from '../../../../runtime/errors';
import {
  inlineReferences,
  resolveReference,
} from '../../../../runtime/providers/translate/schema-references';

describe('inlineReferences', () => {
  it('puts what is referred to in place of the reference, wherever it stands', () => {
    const city = { type: 'object', properties: { zip: { $ref: '#/definitions/Zip' } } };
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/City', description: 'Where' } },
      anyOf: [{ $ref: '#/$defs/City' }],
      $defs: { City: city },
      definitions: { Zip: { type: 'string' } },
    };
    const inlined = { type: 'object', properties: { zip: { type: 'string' } } };
    expect(inlineReferences(schema, 'tools')).toEqual({
      type: 'object',
      properties: { a: { ...inlined, description: 'Where' } },
      anyOf: [inlined],
    });
  });

  it('ends what holds itself, and what leads nowhere, in an object of any kind', () => {
    const node = { properties: { next: { $ref: '#/$defs/Node' } } };
    expect(inlineReferences({ $ref: '#/$defs/Node', $defs: { Node: node } }, 'tools')).toEqual({
      properties: { next: { type: 'object' } },
    });
    expect(inlineReferences({ items: { $ref: 'https://else' } }, 'tools')).toEqual({
      items: { type: 'object' },
    });
  });

  it('rejects a schema that unfolds without end', () => {
    const levels = Array.from({ length: 20 }, (_, at) => {
      const next = { $ref: `#/$defs/L${at + 1}` };
      return [`L${at}`, { properties: { a: next, b: next } }];
    });
    const bomb = { $ref: '#/$defs/L0', $defs: Object.fromEntries(levels) as object };
    expect(() => inlineReferences(bomb, 'tools')).toThrow(
      new GatewayError(
        'invalid_request',
        'tools must have a JSON schema of at most 5000 parts once its references are resolved',
        { param: 'tools' },
      ),
    );
  });
});

describe('resolveReference', () => {
  it('follows the steps, with signs that stand for others, and reads nothing that is inherited', () => {
    const root = { 'a/b': { 'c~d': 5 } };
    expect(resolveReference(root, '#/a~1b/c~0d')).toBe(5);
    expect(resolveReference(root, '#/toString')).toBeUndefined();
  });
});
