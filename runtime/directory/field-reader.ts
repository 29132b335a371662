import type { JsonValue } from './change';
import type { EntityState } from './entity-state';

type Texts = Readonly<Record<string, string>>;
type Numbers = Readonly<Record<string, number>>;

/**
 * Reads stored fields as types. What was written by another version may have another form. Where the field says what
 * something is called, the default will do; where it bounds what somebody may do, having no bound would be the worst
 * reading of all, so the reader notes it and its user shuts the door.
 */
export class FieldReader {
  private readonly notUnderstood: string[] = [];

  constructor(private readonly state: EntityState) {}

  /** Fields that bound somebody and that nobody understood. */
  get unreadable(): readonly string[] {
    return this.notUnderstood;
  }

  text(name: string): string | null {
    const value = this.value(name);
    return typeof value === 'string' ? value : null;
  }

  texts(name: string): readonly string[] {
    const value = this.value(name);
    return isTexts(value) ? value : [];
  }

  record(name: string): Readonly<Record<string, JsonValue>> {
    const value = this.value(name);
    return isRecord(value) ? value : {};
  }

  boundingText(name: string): string | null {
    return this.bound<string | null>(name, null, isText);
  }

  boundingTexts(name: string): readonly string[] {
    return this.bound<readonly string[]>(name, [], isTexts);
  }

  boundingNumber(name: string): number | null {
    return this.bound<number | null>(name, null, isAmount);
  }

  boundingNumbers(name: string): Numbers {
    return this.bound<Numbers>(
      name,
      {},
      (value): value is Numbers => isRecord(value) && Object.values(value).every(isAmount),
    );
  }

  boundingNames(name: string): Texts {
    return this.bound<Texts>(
      name,
      {},
      (value): value is Texts => isRecord(value) && Object.values(value).every(isText),
    );
  }

  boundingFlag(name: string): boolean {
    return this.bound<boolean>(name, false, (value) => typeof value === 'boolean');
  }

  /** One of the known words; the standard where none is stored. */
  boundingWord<Word extends string>(name: string, words: readonly [Word, ...Word[]]): Word {
    return this.bound<Word>(name, words[0], (value): value is Word & JsonValue =>
      words.some((word) => word === value),
    );
  }

  private bound<Value>(
    name: string,
    standard: Value,
    understands: (value: JsonValue) => value is JsonValue & Value,
  ): Value {
    const value = this.value(name);
    if (value === null) return standard;
    if (understands(value)) return value;
    this.notUnderstood.push(name);
    return standard;
  }

  private value(name: string): JsonValue {
    return this.state.fields.get(name)?.value ?? null;
  }
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}

function isTexts(value: JsonValue): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isAmount(value: JsonValue): value is number {
  return typeof value === 'number' && value >= 0;
}

function isRecord(value: JsonValue): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
