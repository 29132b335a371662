import type { JsonValue } from '../../../runtime/directory/change';
import { reduceChange } from '../../../runtime/directory/entity-state';
import { FieldReader } from '../../../runtime/directory/field-reader';
import { aChange } from './a-change';

function read(value: JsonValue): FieldReader {
  return new FieldReader(reduceChange(null, aChange({ field: value })));
}

describe('FieldReader', () => {
  it.each<[JsonValue, (reader: FieldReader) => unknown]>([
    ['x', (reader) => reader.boundingText('field')],
    [['x'], (reader) => reader.boundingTexts('field')],
    [1.5, (reader) => reader.boundingNumber('field')],
    [{ a: 1 }, (reader) => reader.boundingNumbers('field')],
    [{ a: 'b' }, (reader) => reader.boundingNames('field')],
    [true, (reader) => reader.boundingFlag('field')],
    ['red', (reader) => reader.boundingWord('field', ['blue', 'red'])],
    ['x', (reader) => reader.text('field')],
    [['x'], (reader) => reader.texts('field')],
    [{ a: [1] }, (reader) => reader.record('field')],
  ])('reads %j', (value, ask) => {
    const reader = read(value);
    expect(ask(reader)).toEqual(value);
    expect(reader.unreadable).toEqual([]);
  });

  it.each<[JsonValue, (reader: FieldReader) => unknown]>([
    [1, (reader) => reader.boundingText('field')],
    ['all', (reader) => reader.boundingTexts('field')],
    [['x', 1], (reader) => reader.boundingTexts('field')],
    [-1, (reader) => reader.boundingNumber('field')],
    ['10', (reader) => reader.boundingNumber('field')],
    [{ a: '1' }, (reader) => reader.boundingNumbers('field')],
    [[1], (reader) => reader.boundingNumbers('field')],
    [{ a: 1 }, (reader) => reader.boundingNames('field')],
    ['yes', (reader) => reader.boundingFlag('field')],
    ['green', (reader) => reader.boundingWord('field', ['blue', 'red'])],
  ])('notes that it does not understand %j as a bound', (value, ask) => {
    const reader = read(value);
    ask(reader);
    expect(reader.unreadable).toEqual(['field']);
  });

  it('takes the default for a name it does not understand', () => {
    expect(read(1).text('field')).toBeNull();
    expect(read('x').texts('field')).toEqual([]);
    expect(read(['x']).record('field')).toEqual({});
  });

  it('takes null for a field that was taken back', () => {
    const reader = read(null);
    expect(reader.boundingTexts('field')).toEqual([]);
    expect(reader.boundingNumber('field')).toBeNull();
    expect(reader.unreadable).toEqual([]);
  });
});
