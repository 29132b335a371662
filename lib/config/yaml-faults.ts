import type { ErrorCode } from 'yaml';

export interface YamlFault {
  readonly rule: string;
  readonly allowed: string;
  readonly got: string;
  readonly fix: string;
}

const syntax = (got: string, fix: string): YamlFault => ({
  rule: 'config.syntax',
  allowed: 'be valid YAML',
  got,
  fix,
});

/**
 * The YAML parser's findings in our words. Its own messages quote the text, which may be a secret.
 */
const FAULTS: Readonly<Partial<Record<ErrorCode, YamlFault>>> = {
  BAD_DIRECTIVE: syntax('a directive that is not one', 'remove the line that starts with %'),
  BAD_DQ_ESCAPE: syntax(
    'an unknown escape in a double-quoted string',
    'write the string in single quotes',
  ),
  BAD_INDENT: syntax('wrong indentation', 'indent the line like its siblings'),
  BAD_SCALAR_START: syntax(
    'a value that starts with a reserved character',
    'put the value in quotes',
  ),
  BLOCK_AS_IMPLICIT_KEY: syntax(
    'a map inside a key',
    'put the value in quotes if it contains ": "',
  ),
  BLOCK_IN_FLOW: syntax('a block inside brackets', 'close the bracket first'),
  MISSING_CHAR: syntax(
    'a missing character',
    'close the quote or bracket, or put a space after the colon',
  ),
  MULTILINE_IMPLICIT_KEY: syntax('a key over several lines', 'put a colon behind the key'),
  TAB_AS_INDENT: syntax('a tab as indentation', 'indent with spaces'),
  UNEXPECTED_TOKEN: syntax('text that does not belong there', 'check indentation and quotes'),
};

export function describeYamlFault(code: ErrorCode): YamlFault {
  return (
    FAULTS[code] ?? syntax(`a fault (${code.toLowerCase().replaceAll('_', ' ')})`, 'mend the line')
  );
}
