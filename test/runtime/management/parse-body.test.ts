import { z } from 'zod';
import {
  field,
  parseBody,
  parseJsonObject,
  requireField,
} from '../../../runtime/management/parse-body';

const SHAPE = { name: field('a text', z.string()), count: field('a number', z.number()) };

describe('parseBody', () => {
  it('takes what it knows, and leaves out what is absent', () => {
    expect(parseBody(SHAPE, { name: 'a' })).toEqual({ name: 'a' });
  });

  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{ nane: 1 }, 'nane must be a field of this route, got an unknown one; did you mean name?'],
    [{ __proto__x: 1 }, '__proto__x must be a field of this route, got an unknown one; remove it'],
    [{ name: null }, 'name must be a text, got null'],
    [{ name: ['secret'] }, 'name must be a text, got a list'],
    [{ name: { a: 'secret' } }, 'name must be a text, got an object'],
    [{ count: 'secret' }, 'count must be a number, got a text'],
    [{ count: '' }, 'count must be a number, got an empty text'],
    [{ count: true }, 'count must be a number, got true'],
  ])('rejects %j without quoting it', (body, message) => {
    expect(() => parseBody(SHAPE, body)).toThrow(new RegExp(`^${message.replace('?', '\\?')}$`));
  });
});

describe('parseJsonObject', () => {
  it('takes nothing for an empty object', () => {
    expect(parseJsonObject(Buffer.alloc(0))).toEqual({});
    expect(parseJsonObject(Buffer.from('{"a":1}'))).toEqual({ a: 1 });
  });

  it.each([
    ['{"key": "sk-canary', 'the body must be valid JSON'],
    ['[1]', 'the body must be a JSON object'],
    ['null', 'the body must be a JSON object'],
  ])('rejects %s', (text, message) => {
    expect(() => parseJsonObject(Buffer.from(text))).toThrow(message);
  });
});

describe('requireField', () => {
  it('rejects what is absent', () => {
    expect(requireField('key', 0)).toBe(0);
    expect(() => requireField('key', null)).toThrow('key must be given, got nothing');
    expect(() => requireField('key', undefined)).toThrow('key must be given, got nothing');
  });
});
