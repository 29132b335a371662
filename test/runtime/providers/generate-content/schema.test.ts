import fc from 'fast-check';
import { GatewayError } from '../../../../runtime/errors';
import { renderSchema as renderSchemaOf } from '../../../../runtime/providers/generate-content/schema';

type Json = Readonly<Record<string, unknown>>;

const renderSchema = (schema: Json): Json => renderSchemaOf(schema, 'tools');

describe('renderSchema', () => {
  it('keeps what Google knows and leaves out the rest', () => {
    expect(
      renderSchema({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        additionalProperties: false,
        properties: {
          city: { type: 'string', description: 'Where', minLength: 1, format: 'uri', examples: [] },
          when: { type: 'string', format: 'date-time' },
          days: { type: 'integer', minimum: 1, exclusiveMaximum: 9, enum: [1, 2] },
          unit: { enum: ['C', 'F', ''], default: 'C' },
          kind: { const: 'weather' },
          tags: { type: 'array' },
        },
        required: ['city', 'missing'],
      }),
    ).toEqual({
      type: 'OBJECT',
      properties: {
        city: { type: 'STRING', description: 'Where', minLength: 1 },
        when: { type: 'STRING', format: 'date-time' },
        days: { type: 'INTEGER', minimum: 1 },
        unit: { type: 'STRING', enum: ['C', 'F'], default: 'C' },
        kind: { type: 'STRING', enum: ['weather'] },
        tags: { type: 'ARRAY', items: { type: 'OBJECT' } },
      },
      required: ['city'],
    });
  });

  it('resolves references, and ends those that hold themselves', () => {
    const schema = {
      $ref: '#/$defs/Node',
      $defs: {
        Node: {
          type: 'object',
          properties: { name: { $ref: '#/$defs/Name' }, next: { $ref: '#/$defs/Node' } },
        },
        Name: { type: 'string' },
      },
    };
    expect(renderSchema(schema)).toEqual({
      type: 'OBJECT',
      properties: { name: { type: 'STRING' }, next: { type: 'OBJECT' } },
    });
  });

  it('has null as a property of the others', () => {
    expect(renderSchema({ anyOf: [{ type: 'string' }, { type: 'null' }], title: 'T' })).toEqual({
      type: 'STRING',
      title: 'T',
      nullable: true,
    });
    expect(renderSchema({ type: ['string', 'null'], enum: ['a', null] })).toEqual({
      type: 'STRING',
      enum: ['a'],
      nullable: true,
    });
    expect(
      renderSchema({
        oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }],
        default: null,
      }),
    ).toEqual({
      anyOf: [
        { type: 'STRING', nullable: true },
        { type: 'NUMBER', nullable: true },
      ],
    });
  });

  it('puts all of several together', () => {
    expect(
      renderSchema({
        allOf: [
          { properties: { a: { type: 'string' } }, required: ['a'] },
          { properties: { b: { type: 'number' } }, required: ['b'] },
        ],
      }),
    ).toEqual({
      type: 'OBJECT',
      properties: { a: { type: 'STRING' }, b: { type: 'NUMBER' } },
      required: ['b', 'a'],
    });
    const city = { $ref: '#/$defs/City' };
    expect(
      renderSchema({ allOf: [city], description: 'Where', $defs: { City: { type: 'string' } } }),
    ).toEqual({ type: 'STRING', description: 'Where' });
  });

  it('rejects a schema that unfolds without end', () => {
    const levels = Array.from({ length: 20 }, (_, at) => {
      const next = { $ref: `#/$defs/L${at + 1}` };
      return [`L${at}`, { properties: { a: next, b: next } }];
    });
    const bomb = { $ref: '#/$defs/L0', $defs: Object.fromEntries(levels) as Json };
    expect(() => renderSchema(bomb)).toThrow(
      new GatewayError(
        'invalid_request',
        'tools must have a JSON schema of at most 5000 parts once its references are resolved',
        { param: 'tools' },
      ),
    );
  });

  it('writes members that Google has, whatever it is given', () => {
    const known =
      /^(type|format|enum|items|properties|required|anyOf|title|description|nullable|default|example|pattern|propertyOrdering|(min|max)(Items|Properties|imum|Length))$/;
    const check = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [name, value] of Object.entries(node)) {
        expect(name).toMatch(known);
        if (name === 'items') check(value);
        if (name === 'anyOf') for (const each of value as readonly unknown[]) check(each);
        if (name === 'properties') for (const each of Object.values(value as object)) check(each);
      }
    };
    const leaf = {
      type: fc.constantFrom('string', 'object', 'array', 'null', ['string', 'null'], 7),
      $ref: fc.constantFrom('#', '#/properties/a', '#/nowhere', 'https://else'),
      required: fc.array(fc.string(), { maxLength: 2 }),
      enum: fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 2 }),
      const: fc.jsonValue({ maxDepth: 1 }),
      $id: fc.string(),
    };
    const node = (depth: number): fc.Arbitrary<Json> => {
      if (depth === 0) return fc.record(leaf, { requiredKeys: [] });
      const inner = node(depth - 1);
      const list = fc.array(inner, { maxLength: 2 });
      const properties = fc.dictionary(fc.constantFrom('a', 'b'), inner, { maxKeys: 2 });
      const members = { ...leaf, properties, items: inner, anyOf: list, allOf: list };
      return fc.record(members, { requiredKeys: [] });
    };
    fc.assert(
      fc.property(node(2), (schema) => {
        try {
          check(renderSchema(schema));
        } catch (error) {
          // What unfolds without end is refused.
          if (!(error instanceof GatewayError)) throw error;
        }
      }),
    );
  });
});
