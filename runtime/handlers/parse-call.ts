import type { IncomingHttpHeaders } from 'node:http';
import type { RouterConfig } from '../../lib/config/gateway-config';
import type { Call } from '../dispatch/call';
import { Cancellation } from '../dispatch/cancellation';
import { parseClientBody, parseRetries, parseTimeout } from '../providers/client-body';
import { planDeadlineMs } from '../routing/plan-limits';

export interface CallContext {
  readonly callId: string;
  readonly headers: IncomingHttpHeaders;
  /** The model named by the path. */
  readonly pathModel: string | null;
  readonly router: RouterConfig;
  readonly startedMs: number;
}

/** The client's bytes and headers as a call. Headers win over the body, as in LiteLLM. */
export function parseCall(bytes: Buffer, context: CallContext): Call {
  const { headers, router, startedMs } = context;
  const body = parseClientBody(bytes, context.pathModel);
  const streamTimeout =
    body.delivery === 'stream' ? headers['x-litellm-stream-timeout'] : undefined;
  const requestedTimeoutSeconds =
    parseTimeout(streamTimeout ?? headers['x-litellm-timeout']) ?? body.timeoutSeconds;
  const requestedRetries = parseRetries(headers['x-litellm-num-retries']) ?? body.retries;
  return {
    id: context.callId,
    body,
    startedMs,
    deadlineMs: planDeadlineMs({
      nowMs: startedMs,
      requestedTimeoutSeconds,
      requestedRetries,
      router,
    }),
    requestedTimeoutSeconds,
    requestedRetries,
    cancellation: new Cancellation(),
  };
}

/** A client may name its call, within what is safe in a header and in a log. */
export function parseCallId(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : null;
}
