import type { AttemptResult } from '../../../runtime/dispatch/attempt';
import type { Target } from '../../../runtime/dispatch/fleet';
import { UsageEvents } from '../../../runtime/dispatch/usage-events';
import { parseClientBody } from '../../../runtime/providers/client-body';
import type { PreparedProvider } from '../../../runtime/providers/provider';
import { failure } from '../../support/failure-builder';
import { deployment } from '../../support/gateway-config-builder';

function target(usageEvents: PreparedProvider['usageEvents']): Target {
  return { config: deployment({ id: 'one' }), provider: { usageEvents } } as unknown as Target;
}

function call(rest: object): { readonly body: ReturnType<typeof parseClientBody> } {
  const body = { model: 'a', messages: [], ...rest };
  return { body: parseClientBody(Buffer.from(JSON.stringify(body)), null) };
}

function failed(status: number, message: string): AttemptResult {
  return { kind: 'failed', failure: failure({ status, message }) };
}

const STREAM = call({ stream: true });

describe('UsageEvents', () => {
  it('asks for what the client does not ask for, unless it is known to be refused', () => {
    const events = new UsageEvents();
    expect(events.select(STREAM, target('supported'))).toBe('added');
    expect(events.select(STREAM, target('unknown'))).toBe('added');
    expect(events.select(STREAM, target('unsupported'))).toBe('as-asked');
    expect(events.select(call({}), target('supported'))).toBe('as-asked');
    const asking = call({ stream: true, stream_options: { include_usage: true } });
    expect(events.select(asking, target('supported'))).toBe('as-asked');
  });

  it('remembers what it has learned of a deployment', () => {
    const events = new UsageEvents();
    events.record(target('unknown'), 'unsupported');
    expect(events.select(STREAM, target('unknown'))).toBe('as-asked');
  });

  it.each([
    [400, "Unknown parameter: 'stream_options'."],
    [422, 'the provider answered with status 422'],
  ])('doubts a refusal with status %d that says %j, until it knows better', (status, message) => {
    const events = new UsageEvents();
    expect(events.isDoubtful(target('unknown'), failed(status, message))).toBe(true);
    expect(events.isDoubtful(target('supported'), failed(status, message))).toBe(false);
    events.record(target('unknown'), 'supported');
    expect(events.isDoubtful(target('unknown'), failed(status, message))).toBe(false);
  });

  it.each([
    [500, "Unknown parameter: 'stream_options'."],
    [400, 'messages must not be empty'],
  ])('does not doubt a failure with status %d that says %j', (status, message) => {
    expect(new UsageEvents().isDoubtful(target('unknown'), failed(status, message))).toBe(false);
  });
});
