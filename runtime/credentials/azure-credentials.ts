import type { Clock, CloudCredentials } from '../ports';
import { readAzureToken } from './azure/azure-chain';
import { HeldToken } from './held-token';

export interface AzureCredentialsOptions {
  readonly clock: Clock;
  /** A variable of the environment; null: not set, or blank. */
  readonly variable: (name: string) => string | null;
}

/** Tokens of Microsoft Entra, each read when it is needed first and held until shortly before it ends. */
export function createAzureCredentials({
  clock,
  variable,
}: AzureCredentialsOptions): CloudCredentials['azure'] {
  const chain = { variable, nowMs: () => clock.wallMs() };
  const held = new Map<string, HeldToken>();
  return (access) => {
    const name = JSON.stringify(access);
    const token = held.get(name) ?? new HeldToken(clock, () => readAzureToken(access, chain));
    held.set(name, token);
    return token.read();
  };
}
