import { selectAccount } from '../auth/caller';
import { GatewayError } from '../errors';
import type { GatewayRequest } from '../http/gateway-request';
import { readBody } from '../http/read-body';
import type { BodyLimits } from '../http/read-body';
import type { Handler, Method, Route, VariableRoute } from '../http/routes';
import { createAuditOperations } from './audit-operations';
import { DirectoryWriter } from './directory-writer';
import { createKeyOperations } from './key-operations';
import type { ManagementParts } from './management-parts';
import { createModelOperations } from './model-operations';
import type { Operation } from './operation';
import { parseJsonObject } from './parse-body';
import { refuseRoute, selectPower } from './powers';
import { createSpendOperations } from './spend-operations';
import { createTeamOperations } from './team-operations';
import { createUserOperations } from './user-operations';

/** Says that the store is away, and that the answer is what this replica last knew. */
export const STALE_HEADER = 'x-litellm-ha-directory';

export interface ManagementRoutes {
  readonly exact: ReadonlyMap<string, Route>;
  readonly variable: readonly VariableRoute[];
}

/** Every operation on keys, users, teams, models and spending. */
export function createOperations(parts: ManagementParts): readonly Operation[] {
  const writer = new DirectoryWriter(parts);
  return [
    ...createKeyOperations(parts, writer),
    ...createUserOperations(parts, writer),
    ...createTeamOperations(parts, writer),
    ...createModelOperations(parts),
    ...createSpendOperations(parts),
    ...createAuditOperations(parts),
  ];
}

/** The same as routes to be served. */
export function createManagementRoutes(parts: ManagementParts): ManagementRoutes {
  const operations = createOperations(parts);
  const exact = new Map<string, Route>();
  const variable: VariableRoute[] = [];
  for (const operation of operations) {
    const handlers: Partial<Record<Method, Handler>> = {
      [operation.method]: createHandler(parts, operation),
    };
    for (const path of operation.paths) {
      const present = exact.get(path);
      exact.set(path, {
        name: present?.name ?? operation.name,
        handlers: { ...present?.handlers, ...handlers },
      });
    }
    for (const { prefix, suffix } of operation.variablePaths ?? []) {
      variable.push({ prefix, suffix, route: { name: operation.name, handlers } });
    }
  }
  return { exact, variable };
}

function createHandler(parts: ManagementParts, operation: Operation): Handler {
  return async (request: GatewayRequest): Promise<void> => {
    const { incoming, reply, query, variable, path } = request;
    const { authenticator } = parts;
    await authenticator.prepare(incoming.headers);
    const address = incoming.socket.remoteAddress ?? '';
    const caller = authenticator.authenticate(incoming.headers, address, request);
    const power = selectPower(caller);
    refuseRoute(caller, power, { access: operation.access, path });
    const body =
      operation.method === 'GET'
        ? {}
        : await readJson(request, selectAccount(caller), parts.bodies);
    // Whoever has just written on another replica finds it here. Without the store, what is known has to do.
    await parts.desk.refresh().catch(() => reply.annotate(STALE_HEADER, 'stale'));
    const answer = await operation.run({
      caller,
      power,
      query: new URLSearchParams(query),
      body,
      variable,
    });
    if (answer === undefined) throw new GatewayError('internal_error', 'the route gave no answer');
    reply.sendJson(200, JSON.stringify(answer));
  };
}

/** Its bytes are held while they are read: what becomes of them is small. */
async function readJson(
  request: GatewayRequest,
  account: string,
  bodies: BodyLimits,
): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBody(request, account, bodies);
  bodies.memory.give(account, bytes.length);
  return parseJsonObject(bytes);
}
