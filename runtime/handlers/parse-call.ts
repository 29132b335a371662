import type { IncomingHttpHeaders } from 'node:http';
import type { RouterConfig, StickySource } from '../../lib/config/gateway-config';
import { selectClientToken } from '../auth/client-token';
import type { Call } from '../dispatch/call';
import { CallBill } from '../dispatch/call-bill';
import { Cancellation } from '../dispatch/cancellation';
import { parseClientBody, parseRetries, parseTimeout } from '../providers/client-body';
import type { AskedGuards, ClientBody } from '../providers/client-body';
import { NO_HEADERS, selectForwardable } from '../providers/client-headers';
import type { ForwardingRules } from '../providers/client-headers';
import { parseTagHeader } from '../providers/request-traits';
import { planDeadlineMs } from '../routing/plan-limits';
import type { RequestTraits } from '../routing/request-traits';

/** What the configuration lets clients say. */
export interface ClientRules {
  /** Null: no deployment gets headers of clients. */
  readonly forwarding: ForwardingRules | null;
  readonly guards: AskedGuards;
}

export interface CallContext {
  readonly callId: string;
  readonly headers: IncomingHttpHeaders;
  /** The model named by the path. */
  readonly pathModel: string | null;
  readonly router: RouterConfig;
  readonly clients: ClientRules;
  /** The only header that a key is looked for in; null: the usual ones. */
  readonly keyHeader: string | null;
  readonly startedMs: number;
}

/** The client's bytes and headers as a call. Headers win over the body, as in LiteLLM. */
export function parseCall(bytes: Buffer, context: CallContext): Call {
  const { headers, router, startedMs } = context;
  const parsed = parseClientBody(bytes, context.pathModel, context.clients.guards);
  const traits = completeTraits(parsed, context);
  const { forwarding } = context.clients;
  const forwardable =
    forwarding === null
      ? NO_HEADERS
      : selectForwardable(headers, forwarding, selectClientToken(headers, context.keyHeader));
  // Most requests say nothing in headers, and a copy of the whole body's facts would be made for nothing.
  const body =
    traits === parsed.traits && forwardable === NO_HEADERS
      ? parsed
      : { ...parsed, traits, forwardable };
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
    bill: new CallBill(),
  };
}

/** A client may name its call, within what is safe in a header and in a log. */
export function parseCallId(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : null;
}

/** What the headers say of the routing. */
function completeTraits({ traits }: ClientBody, context: CallContext): RequestTraits {
  const tags = parseTagHeader(context.headers['x-litellm-tags']);
  const session = selectText(context.headers['x-litellm-session-id']);
  const complete =
    tags.length === 0 && session === null
      ? traits
      : {
          ...traits,
          tags: tags.length === 0 ? traits.tags : tags,
          session: session ?? traits.session,
        };
  const stickyKey = selectStickyKey(complete, context);
  return stickyKey === complete.stickyKey ? complete : { ...complete, stickyKey };
}

/** The first of the sources that the request has. Its kind is part of the key: a user may be called like a session. */
function selectStickyKey(traits: RequestTraits, context: CallContext): string | null {
  for (const source of context.router.stickyBy) {
    const value = selectStickyValue(source, traits, context);
    if (value !== null) return `${source.kind}:${value}`;
  }
  return null;
}

function selectStickyValue(
  source: StickySource,
  traits: RequestTraits,
  { headers, keyHeader }: CallContext,
): string | null {
  switch (source.kind) {
    case 'session':
      return traits.session;
    case 'user':
      return traits.user;
    case 'key':
      return selectClientToken(headers, keyHeader);
    case 'header':
      return selectText(headers[source.name]);
  }
}

function selectText(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' && header !== '' ? header : null;
}
