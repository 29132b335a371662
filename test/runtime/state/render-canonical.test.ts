import fc from 'fast-check';
import { renderCanonical } from '../../../runtime/state/render-canonical';

/** The same value with the fields of each object the other way round. */
function turn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turn);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([name, inner]) => [name, turn(inner)]));
}

/** Minus zero is told as zero, and a number that JSON cannot tell as null. */
const values = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('renderCanonical', () => {
  it('is one text for one value, in whatever order its fields came', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(renderCanonical(turn(value))).toBe(renderCanonical(value));
      }),
    );
  });

  it('is another text for another value', () => {
    fc.assert(
      fc.property(values, values, (one, other) => {
        const same = renderCanonical(one) === renderCanonical(other);
        expect({ one, other, same }).toEqual({ one, other, same: isSame(one, other) });
      }),
    );
    expect(renderCanonical(['a,b'])).not.toBe(renderCanonical(['a', 'b']));
    expect(renderCanonical({ a: { b: 1 } })).not.toBe(renderCanonical({ a: {}, b: 1 }));
    expect(renderCanonical([])).not.toBe(renderCanonical({}));
  });

  it('gives up on what is nested too deep, instead of exhausting the stack', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(renderCanonical(deep)).toBeNull();
  });
});

function isSame(one: unknown, other: unknown): boolean {
  try {
    expect(one).toEqual(other);
    return true;
  } catch {
    return false;
  }
}
