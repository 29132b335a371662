import type { Authenticator } from '../auth/authenticator';
import type { Caller } from '../auth/caller';
import { refuseRouteClass } from '../auth/route-access';
import type { RouteClass } from '../auth/route-access';
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
