import type { ScalarTag } from 'yaml';

/**
 * Unquoted words that YAML 1.1, and so LiteLLM's PyYAML, reads as something else than YAML 1.2: `yes` is a boolean, `20_000` and
 * `0b11` are numbers, `0777` is octal and `1:30` is ninety. What PyYAML takes for text and YAML 1.2 for a number (`1e3`,
 * `0o17`) stays a number: LiteLLM converts such text where it wants a number. Dates stay text, as an `api_version` is one.
 *
 * @see https://github.com/yaml/pyyaml/blob/main/lib/yaml/resolver.py
 */
export const PYYAML_SCALARS: readonly ScalarTag[] = [
  scalar('bool', /^(?:yes|Yes|YES|on|On|ON)$/, () => true),
  scalar('bool', /^(?:no|No|NO|off|Off|OFF)$/, () => false),
  scalar('int', /^[-+]?0b[0-1_]+$/, (text) => parseInteger(text.replace('0b', ''), 2)),
  scalar('int', /^[-+]?0x[0-9a-fA-F_]*_[0-9a-fA-F_]*$/, (text) =>
    parseInteger(text.replace('0x', ''), 16),
  ),
  scalar('int', /^[-+]?0[0-7_]+$/, (text) => parseInteger(text, 8)),
  scalar('int', /^[-+]?[1-9][0-9_]*$/, (text) => parseInteger(text, 10)),
  scalar('float', /^[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?$/, (text) =>
    Number(text.replaceAll('_', '')),
  ),
  scalar('int', /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/, parseSexagesimal),
  scalar('float', /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/, parseSexagesimal),
];

function scalar(
  kind: 'bool' | 'int' | 'float',
  test: RegExp,
  read: (text: string) => boolean | number,
): ScalarTag {
  return {
    default: true,
    tag: `tag:yaml.org,2002:${kind}`,
    test,
    // A text of nothing but underscores behind its prefix is no number, to PyYAML neither.
    resolve: (text) => {
      const value = read(text);
      return Number.isNaN(value) ? text : value;
    },
  };
}

function parseInteger(text: string, base: number): number {
  return Number.parseInt(text.replaceAll('_', ''), base);
}

function parseSexagesimal(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '').split(':');
  return sign * digits.reduce((sum, part) => sum * 60 + Number(part), 0);
}
