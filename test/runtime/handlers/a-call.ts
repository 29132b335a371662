import type { Call } from '../../../runtime/dispatch/call';
import { parseCall } from '../../../runtime/handlers/parse-call';
import { routerConfig } from '../../support/gateway-config-builder';

/** A call as its client made it; name what the test is about. */
export function aCall(
  body: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Call {
  return parseCall(Buffer.from(JSON.stringify({ model: 'gpt-4o', messages: [], ...body })), {
    callId: 'call-1',
    headers,
    pathModel: null,
    router: routerConfig(),
    clients: { forwarding: null, guards: 'refused' },
    keyHeader: null,
    startedMs: 0,
  });
}
