import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ActiveActive, ActivePassive, SingleRegionHA } from '../../../constructs/aws';
import { SpecError } from '../../../lib';
import { PROJECT_ROOT } from '../../support/project-files';
import { OF_MANY_REGIONS } from './refusals/of-many-regions';
import { OF_ONE_REGION } from './refusals/of-one-region';
import { OF_TWO_REGIONS } from './refusals/of-two-regions';

describe.each([
  { pattern: SingleRegionHA.name, refusals: OF_ONE_REGION },
  { pattern: ActivePassive.name, refusals: OF_TWO_REGIONS },
  { pattern: ActiveActive.name, refusals: OF_MANY_REGIONS },
])('$pattern', ({ refusals }) => {
  it.each(refusals)('rejects $what', ({ create, rules, says }) => {
    const refused = refusalOf(create);
    expect(refused.problems.map(({ rule }) => rule)).toEqual(rules);
    expect(refused.message.split('\n  - ')).toEqual(says);
    for (const { path, allowed, got, fix } of refused.problems) {
      for (const part of [path, allowed, got, fix]) expect(part.trim()).not.toBe('');
    }
  });
});

describe('all patterns together', () => {
  const all = [...OF_ONE_REGION, ...OF_TWO_REGIONS, ...OF_MANY_REGIONS];

  it('refuse by forty rules and more', () => {
    const broken = new Set(all.flatMap(({ rules }) => rules));
    expect(broken.size).toBeGreaterThanOrEqual(40);
  });

  it('refuse by documented rules alone', () => {
    const documented = readFileSync(join(PROJECT_ROOT, 'docs/rules.md'), 'utf8');
    for (const rule of all.flatMap(({ rules }) => rules)) {
      expect(documented).toContain(`| \`${rule}\``);
    }
  });
});

function refusalOf(create: () => unknown): SpecError {
  try {
    create();
  } catch (error) {
    if (error instanceof SpecError) return error;
    throw error;
  }
  throw new Error('was not refused');
}
