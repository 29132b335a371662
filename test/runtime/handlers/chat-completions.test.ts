import type { Reservation } from '../../../runtime/limits/limits';
import { startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { HELLO, startTestGateway } from '../../support/test-gateway';
import type { TestGateway } from '../../support/test-gateway';
import { aCaller } from '../limits/a-caller';

/** A promise that the test keeps. */
interface Pending<Value> {
  readonly promise: Promise<Value>;
  readonly keep: (value: Value) => void;
}

function pending<Value>(): Pending<Value> {
  let keep: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((resolve) => {
    keep = resolve;
  });
  return { promise, keep };
}

describe('ChatCompletions', () => {
  const events: string[] = [];
  let provider: FakeProvider;
  let gateway: TestGateway;
  let asked: Pending<void>;
  let granted: Pending<Reservation>;
  let ended: Pending<void>;

  const reservation: Reservation = {
    completionCapTokens: null,
    unpriced: 'free',
    headers: [],
    settle: () => void events.push('settle'),
    release: () => {
      events.push('release');
      ended.keep();
    },
  };

  beforeEach(async () => {
    events.length = 0;
    asked = pending();
    granted = pending();
    ended = pending();
    provider = await startFakeProvider(() => ({ kind: 'hang' }));
    gateway = await startTestGateway(
      gatewayConfig([deployment({ id: 'one', apiBase: provider.url })]),
      {
        state: {
          authenticator: { authenticate: () => aCaller({}), prepare: () => null },
          limits: {
            begin: () => {
              asked.keep();
              return granted.promise;
            },
          },
          ledger: { record: ({ outcome }) => void events.push(`record ${outcome}`) },
        },
      },
    );
  });

  afterEach(async () => {
    await gateway.gateway.kill();
    await provider.stop();
  });

  it('ends the call of a client that left while its limits were asked', async () => {
    const leaving = new AbortController();
    const left = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(HELLO),
      signal: leaving.signal,
    }).catch(() => 'left');
    await asked.promise;
    leaving.abort();
    expect(await left).toBe('left');
    // The gateway hears of it with a later turn of its loop than the client.
    await gateway.get('/health/liveliness');
    granted.keep(reservation);
    await ended.promise;
    expect(events).toEqual(['record client_disconnected', 'settle', 'release']);
  });
});
