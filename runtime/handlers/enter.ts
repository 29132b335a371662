import type { Authenticator } from '../auth/authenticator';
import type { Caller } from '../auth/caller';
import { refuseRouteClass } from '../auth/route-access';
import type { RouteClass } from '../auth/route-access';
import type { LateKeys } from '../directory/late-keys';
import { GatewayError } from '../errors';
import type { GatewayRequest } from '../http/gateway-request';

/** Who asks. At once, unless a token has to be verified first. Throws for whoever may not use routes of this class. */
export function enter(
  authenticator: Authenticator,
  request: GatewayRequest,
  routeClass: RouteClass,
): Caller | Promise<Caller> {
  const waiting = authenticator.prepare(request.incoming.headers);
  return waiting === null
    ? judge(authenticator, request, routeClass)
    : waiting.then(() => judge(authenticator, request, routeClass));
}

export interface Door {
  readonly authenticator: Authenticator;
  /** Null: no replica makes keys that this one has to hear of. */
  readonly lateKeys: Pick<LateKeys, 'look'> | null;
}

/** The same for routes that a client calls with a key as soon as it has it. At once, unless the key is unknown. */
export function enterWithLateKey(
  door: Door,
  request: GatewayRequest,
  routeClass: RouteClass,
): Caller | Promise<Caller> {
  const waiting = door.authenticator.prepare(request.incoming.headers);
  return waiting === null
    ? judgeWithLateKey(door, request, routeClass)
    : waiting.then(() => judgeWithLateKey(door, request, routeClass));
}

function judgeWithLateKey(
  { authenticator, lateKeys }: Door,
  request: GatewayRequest,
  routeClass: RouteClass,
): Caller | Promise<Caller> {
  try {
    return judge(authenticator, request, routeClass);
  } catch (error) {
    const isUnknown = error instanceof GatewayError && error.code === 'authentication_failed';
    const looking = isUnknown ? (lateKeys?.look() ?? null) : null;
    if (looking === null) throw error;
    return looking.then(() => judge(authenticator, request, routeClass));
  }
}

function judge(
  authenticator: Authenticator,
  request: GatewayRequest,
  routeClass: RouteClass,
): Caller {
  const { incoming, path } = request;
  const caller = authenticator.authenticate(
    incoming.headers,
    incoming.socket.remoteAddress ?? '',
    request,
  );
  refuseRouteClass(caller, { routeClass, path });
  return caller;
}
