import type { IncomingHttpHeaders } from 'node:http';
import type { StickySource } from '../../../lib/config/gateway-config';
import { parseCall } from '../../../runtime/handlers/parse-call';
import type { RequestTraits } from '../../../runtime/routing/request-traits';
import { routerConfig } from '../../support/gateway-config-builder';

const SOURCES: readonly StickySource[] = [
  { kind: 'header', name: 'x-team' },
  { kind: 'session' },
  { kind: 'user' },
  { kind: 'key' },
];

function traitsOf(headers: IncomingHttpHeaders, body: object = {}): RequestTraits {
  const bytes = Buffer.from(JSON.stringify({ model: 'm', messages: [], ...body }));
  const router = routerConfig({ stickyBy: SOURCES });
  const context = {
    callId: 'c',
    headers,
    pathModel: null,
    router,
    clients: { forwarding: null, guards: 'refused' } as const,
    keyHeader: null,
    startedMs: 0,
  };
  return parseCall(bytes, context).body.traits;
}

describe('parseCall', () => {
  it('holds a request by the first thing it has to be held by', () => {
    const key = { authorization: 'Bearer sk-1' };
    const session = { ...key, 'x-litellm-session-id': 's' };
    expect(traitsOf({}).stickyKey).toBeNull();
    expect(traitsOf(key).stickyKey).toBe('key:sk-1');
    expect(traitsOf(key, { user: 'u' }).stickyKey).toBe('user:u');
    expect(traitsOf(session, { user: 'u' }).stickyKey).toBe('session:s');
    expect(traitsOf({ ...session, 'x-team': 't' }, { user: 'u' }).stickyKey).toBe('header:t');
  });

  it('takes the tags of the header before those of the body', () => {
    const body = { metadata: { tags: ['body'] } };
    expect(traitsOf({}, body).tags).toEqual(['body']);
    expect(traitsOf({ 'x-litellm-tags': 'header' }, body).tags).toEqual(['header']);
  });
});
