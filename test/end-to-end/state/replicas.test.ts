import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { startPostgresServer } from '../../support/postgres-server';
import type { PostgresServer } from '../../support/postgres-server';
import {
  ADMINISTRATOR,
  aModel,
  CALL_COST,
  createDataFolder,
  startStateGateway,
  until,
} from '../../support/state-gateway';
import type { StateGateway } from '../../support/state-gateway';

/** What is promised of a revocation. */
const REVOCATION_MS = 10_000;
/** What a busy machine may add. */
const PATIENCE_MS = 2_000;

describe('two gateways on one database', () => {
  let provider: FakeProvider;
  let postgres: PostgresServer;
  let one: StateGateway;
  let other: StateGateway;

  beforeAll(async () => {
    provider = await startFakeProvider(() => ({ kind: 'json', body: completion('Hi') }));
    postgres = await startPostgresServer(16);
    const url = await postgres.createDatabase('gateway');
    const start = (): Promise<StateGateway> =>
      startStateGateway([aModel(provider.url)], createDataFolder(), {
        environment: { DATABASE_URL: url },
      });
    // At once: both bring the schema up to date.
    [one, other] = await Promise.all([start(), start()]);
  });

  afterAll(async () => {
    await one.kill();
    await other.kill();
    await postgres.stop();
    await provider.stop();
  });

  const statusAt = async (gateway: StateGateway, secret: string): Promise<number> =>
    (await gateway.chat(secret)).status;

  it('manage what the other has just made', async () => {
    const key = await one.createKey({ key_alias: 'shared' });
    expect(await other.administer(`GET /key/info?key=${key.id}`)).toMatchObject({
      info: { key_alias: 'shared' },
    });
    const taken = await other.ask(ADMINISTRATOR, 'POST /key/generate', { key_alias: 'shared' });
    expect(taken.status).toBe(409);
    await other.administer('POST /key/update', { key: key.id, models: ['another'] });
    await until(
      () => statusAt(one, key.secret),
      (status) => status === 401,
    );
  });

  it('serve a key of the other soon, and refuse it within ten seconds of its end', async () => {
    const key = await one.createKey();
    await until(
      () => statusAt(other, key.secret),
      (status) => status === 200,
    );
    const revokedAtMs = Date.now();
    await one.administer('POST /key/delete', { keys: [key.id] });
    expect(await statusAt(one, key.secret)).toBe(401);
    // Whoever shows a wrong key again and again is told to wait instead.
    await until(
      () => statusAt(other, key.secret),
      (status) => status !== 200,
    );
    expect(Date.now() - revokedAtMs).toBeLessThan(REVOCATION_MS + PATIENCE_MS);
  });

  it('add up what a key spends at both', async () => {
    const key = await one.createKey();
    expect(await statusAt(one, key.secret)).toBe(200);
    await until(
      () => statusAt(other, key.secret),
      (status) => status === 200,
    );
    for (const gateway of [one, other]) {
      await until(
        async () => (await gateway.administer(`GET /key/info?key=${key.id}`)).info,
        (info) => (info as { readonly spend: number }).spend === 2 * CALL_COST,
      );
    }
  });

  it('stay ready, and serve whom they know, when the database goes', async () => {
    const key = await one.createKey();
    await until(
      () => statusAt(other, key.secret),
      (status) => status === 200,
    );
    await postgres.member.stop();
    for (const gateway of [one, other]) {
      expect(await statusAt(gateway, key.secret)).toBe(200);
      expect((await gateway.ask(ADMINISTRATOR, 'GET /health/readiness')).status).toBe(200);
      expect((await gateway.ask(ADMINISTRATOR, 'GET /health/region')).status).toBe(200);
      expect((await gateway.ask(ADMINISTRATOR, 'POST /key/generate')).status).toBe(503);
    }
    await until(
      async () => (await one.ask(ADMINISTRATOR, 'GET /metrics')).text,
      (text) => text.includes('litellm_database_connection_status 0'),
    );
    expect((await one.ask(ADMINISTRATOR, 'GET /health/readiness')).status).toBe(200);
    expect(await statusAt(one, key.secret)).toBe(200);
  });
});
