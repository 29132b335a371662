import { COST_FIELDS } from '../prices';
import { isList, isMap, type ConfigPath, type ConfigTree, valueAt } from './config-tree';
import { referenceName } from './references';

const LONGEST_QUOTE = 60;

/** Values below keys with these words are told by their kind alone. Too many rather than one too few. */
const SECRET_KEY = /key|password|token|secret|credential|authorization|header|url/i;

/** What stands at a path, for an error message: short, printable and never a secret. */
export function describeValueAt(tree: ConfigTree, path: ConfigPath): string {
  const value = valueAt(tree, path);
  const name = typeof value === 'string' ? referenceName(value) : null;
  if (name !== null) return `what ${value} stands for`;
  const secret = path.some((step) => typeof step === 'string' && isSecret(step));
  return secret ? describeKind(value) : describeValue(value);
}

/** A price of a token is no credential. */
function isSecret(key: string): boolean {
  return SECRET_KEY.test(key) && !COST_FIELDS.includes(key);
}

function describeValue(value: ConfigTree | undefined): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return describeKind(value);
  // A key pasted into the wrong line is still a key.
  if (/^(sk|pk|ghp|AKIA|xox.)[-_A-Za-z0-9]{8,}$/.test(value) || /:\/\/[^/]*@/.test(value)) {
    return 'a string';
  }
  const quoted = value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…` : value;
  return JSON.stringify(quoted);
}

function describeKind(value: ConfigTree | undefined): string {
  if (value === undefined || value === null) return 'nothing';
  if (isList(value)) return 'a list';
  if (isMap(value)) return 'a map';
  return `a ${typeof value}`;
}
