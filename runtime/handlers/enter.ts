import type { Authenticator } from '../auth/authenticator';
import type { Caller } from '../auth/caller';
import { refuseRouteClass } from '../auth/route-access';
import type { RouteClass } from '../auth/route-access';
import type { LateKeys } from '../directory/late-keys';
import { GatewayError } from '../errors';
import type { GatewayRequest } from '../http/gateway-request';

/** Who asks. Throws for whoever may not use routes of this class. */
export function enter(
  authenticator: Authenticator,
  { incoming }: GatewayRequest,
  routeClass: RouteClass,
): Caller {
  const { headers, socket, url = '' } = incoming;
  const caller = authenticator.authenticate(headers, socket.remoteAddress ?? '');
  const [path = ''] = url.split('?');
  refuseRouteClass(caller, { routeClass, path });
  return caller;
}

export interface Door {
  readonly authenticator: Authenticator;
  /** Null: no replica makes keys that this one has to hear of. */
  readonly lateKeys: Pick<LateKeys, 'look'> | null;
}

/** The same for routes that a client calls with a key as soon as it has it. At once, unless the key is unknown. */
export function enterWithLateKey(
  { authenticator, lateKeys }: Door,
  request: GatewayRequest,
  routeClass: RouteClass,
): Caller | Promise<Caller> {
  try {
    return enter(authenticator, request, routeClass);
  } catch (error) {
    const isUnknown = error instanceof GatewayError && error.code === 'authentication_failed';
    const looking = isUnknown ? (lateKeys?.look() ?? null) : null;
    if (looking === null) throw error;
    return looking.then(() => enter(authenticator, request, routeClass));
  }
}
