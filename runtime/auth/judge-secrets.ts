import { GATEWAY_ENVIRONMENT } from '../../lib/gateway-contract';
import { SHORTEST_SECRET } from './key-secret';
import { isLoopbackHost } from './master-key';

/** What keeps strangers out. Null: not set, or blank. */
export interface EntrySecrets {
  readonly masterKey: string | null;
  readonly drainToken: string | null;
}

export interface SecretsVerdict {
  /** Why the gateway must not listen there; null: it may. */
  readonly problem: string | null;
  /** What is bearable on loopback alone; one line each. */
  readonly warnings: readonly string[];
}

const HOW_TO_MAKE = 'make one with: echo "sk-$(openssl rand -hex 24)"';

/**
 * An open gateway spends its owner's money for whoever finds it, and a short key is found by trying. On loopback both are
 * a developer's choice, but a proxy on the same machine makes them everybody's: hence a warning.
 */
export function judgeSecrets(secrets: EntrySecrets, host: string): SecretsVerdict {
  const faults = [judgeMasterKey(secrets.masterKey), judgeDrainToken(secrets.drainToken)].filter(
    (fault) => fault !== null,
  );
  if (isLoopbackHost(host)) {
    return { problem: null, warnings: faults.map(({ onLoopback }) => onLoopback) };
  }
  const reasons = faults.map(({ elsewhere }) => `${elsewhere(host)}, or use --host 127.0.0.1`);
  return { problem: reasons.length === 0 ? null : reasons.join('\n'), warnings: [] };
}

interface Fault {
  readonly onLoopback: string;
  readonly elsewhere: (host: string) => string;
}

function judgeMasterKey(key: string | null): Fault | null {
  const places = `${GATEWAY_ENVIRONMENT.masterKey} or general_settings.master_key`;
  if (key === null) {
    return {
      onLoopback:
        'there is no master key, so whoever reaches this address is the administrator, through a proxy on this ' +
        `machine too; set ${places}`,
      elsewhere: (host) =>
        `without a master key the gateway listens on loopback only, got host ${host}; ` +
        `set ${places}; ${HOW_TO_MAKE}`,
    };
  }
  return isLongEnough(key) ? null : describeShort(key, places);
}

function judgeDrainToken(token: string | null): Fault | null {
  if (token === null || isLongEnough(token)) return null;
  return describeShort(token, GATEWAY_ENVIRONMENT.drainToken);
}

/** Spaces around it are lost on the way through a header. */
function isLongEnough(secret: string): boolean {
  return secret.trim().length >= SHORTEST_SECRET;
}

function describeShort(secret: string, places: string): Fault {
  const { length } = secret.trim();
  const must = `${places} must have ${SHORTEST_SECRET} characters or more`;
  return {
    onLoopback: `${must} on any other address, got ${length}; ${HOW_TO_MAKE}`,
    elsewhere: (host) => `${must} on host ${host}, got ${length}; ${HOW_TO_MAKE}`,
  };
}
