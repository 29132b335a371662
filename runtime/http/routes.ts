import { GatewayError } from '../errors';
import type { GatewayRequest } from './gateway-request';

export type Handler = (request: GatewayRequest) => Promise<void> | void;
export type Method = 'GET' | 'POST' | 'DELETE' | 'OPTIONS';

export interface Route {
  readonly name: string;
  readonly handlers: Readonly<Partial<Record<Method, Handler>>>;
}

/** A path with one variable part, such as the model of `/engines/{model}/chat/completions`. */
export interface VariableRoute {
  readonly prefix: string;
  readonly suffix: string;
  readonly route: Route;
}

export interface Match {
  readonly route: Route;
  readonly variable: string | null;
}

/** Finds the route of a path. Paths are compared as they are written: no dots, doubled slashes or escapes are resolved. */
export class Routes {
  constructor(
    private readonly exact: ReadonlyMap<string, Route>,
    private readonly variable: readonly VariableRoute[],
  ) {}

  /** Names of the routes that are served under a path of this kind. */
  selectNames(covers: (path: string) => boolean): ReadonlySet<string> {
    const exact = [...this.exact].filter(([path]) => covers(path)).map(([, { name }]) => name);
    const variable = this.variable
      .filter(({ prefix, suffix }) => covers(`${prefix}${SAMPLE}${suffix}`))
      .map(({ route }) => route.name);
    return new Set([...exact, ...variable]);
  }

  /** One slash at the end makes no difference. */
  match(path: string): Match | null {
    return (
      this.matchExactly(path) ?? (path.endsWith('/') ? this.matchExactly(path.slice(0, -1)) : null)
    );
  }

  private matchExactly(path: string): Match | null {
    const route = this.exact.get(path);
    if (route !== undefined) return { route, variable: null };
    for (const { prefix, suffix, route: candidate } of this.variable) {
      if (
        path.length > prefix.length + suffix.length &&
        path.startsWith(prefix) &&
        path.endsWith(suffix)
      ) {
        const variable = path.slice(prefix.length, path.length - suffix.length);
        return { route: candidate, variable: decodeVariable(variable) };
      }
    }
    return null;
  }
}

/** Stands for the variable part of a path. */
const SAMPLE = 'x';

function decodeVariable(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new GatewayError('invalid_request', 'the path holds a malformed escape');
  }
}
