import type { Clock } from '../ports';
import { HeldToken } from './held-token';
import type { AccessToken } from './held-token';

/** A token for each identity that is asked for, read when it is needed first and held until shortly before it ends. */
export function holdTokens<Access, Token>(
  clock: Clock,
  readToken: (access: Access) => Promise<AccessToken<Token>>,
): (access: Access) => Promise<Token> {
  const held = new Map<string, HeldToken<Token>>();
  return (access) => {
    const name = JSON.stringify(access);
    const token = held.get(name) ?? new HeldToken(clock, () => readToken(access));
    held.set(name, token);
    return token.read();
  };
}
