import { closestKey } from '../config/settings/closest-key';
import { GatewayConfig } from '../config/load-gateway-config';
import { type Problem, SpecError } from '../errors';

/** Every name that a description may use. Written as a record, the compiler sees to it that none is missing. */
export type KnownProps<Props> = Readonly<Record<keyof Props, true>>;

/**
 * What a user wrote, checked by name: an app that runs without types would else lose a misspelt prop in silence. A `config`
 * that is a text is the path of its file.
 *
 * @throws {SpecError} naming each prop that nobody reads.
 */
export function readProps<Props extends { readonly config: GatewayConfig }>(
  props: Props,
  known: KnownProps<Props>,
  pattern: string,
): Props {
  const names = Object.keys(known);
  const problems = Object.keys(props)
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => describeUnknown(name, names));
  if (problems.length > 0) throw new SpecError(pattern, problems);
  const config: unknown = props.config;
  return typeof config === 'string' ? { ...props, config: GatewayConfig.fromFile(config) } : props;
}

function describeUnknown(name: string, names: readonly string[]): Problem {
  const likely = closestKey(name, names);
  return {
    rule: 'props.unknown',
    path: name,
    allowed: 'be one of its props',
    got: 'a name that nobody reads',
    fix: likely === null ? 'leave it out' : `did you mean ${likely}?`,
  };
}
