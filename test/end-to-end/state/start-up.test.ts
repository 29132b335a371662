import { copyFileSync, cpSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { startPostgresServer } from '../../support/postgres-server';
import type { PostgresServer } from '../../support/postgres-server';
import {
  ADMINISTRATOR,
  aModel,
  CALL_COST,
  codeOf,
  createDataFolder,
  startStateGateway,
  until,
} from '../../support/state-gateway';
import type { GivenKey, StateGateway } from '../../support/state-gateway';

const SNAPSHOT = 'directory.snapshot';

describe('a gateway whose database is away', () => {
  let provider: FakeProvider;
  let postgres: PostgresServer;
  let url: string;
  let known: GivenKey;
  let revokedLater: GivenKey;
  /** Of a gateway that ended while the database was there. */
  const seasoned = createDataFolder();
  let running: StateGateway | null = null;

  async function start(folder: string | null, general: object = {}): Promise<StateGateway> {
    running = await startStateGateway([aModel(provider.url)], folder, {
      sections: { general_settings: general },
      environment: { DATABASE_URL: url },
    });
    return running;
  }

  beforeAll(async () => {
    provider = await startFakeProvider(() => ({ kind: 'json', body: completion('Hi') }));
    postgres = await startPostgresServer(16);
    url = await postgres.createDatabase('gateway');
    const gateway = await start(seasoned);
    known = await gateway.createKey();
    revokedLater = await gateway.createKey();
    await gateway.stop();
    running = null;
    await postgres.member.stop();
  });

  afterEach(async () => {
    await running?.kill();
    running = null;
  });

  afterAll(async () => {
    await postgres.stop();
    await provider.stop();
  });

  const startDatabase = (): Promise<void> => postgres.member.start(() => undefined);

  function copyOf(folder: string): string {
    const copy = createDataFolder();
    cpSync(folder, copy, { recursive: true });
    return copy;
  }

  it('serves the keys of its snapshot, and no strangers', async () => {
    const gateway = await start(copyOf(seasoned));
    expect((await gateway.chat(known.secret)).status).toBe(200);
    const refused = await gateway.chat('sk-nobody-has-this-key');
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'authentication_failed']);
    for (const path of ['/health/readiness', '/health/liveliness', '/health/region']) {
      expect((await gateway.ask(ADMINISTRATOR, `GET ${path}`)).status).toBe(200);
    }
    expect((await gateway.ask(ADMINISTRATOR, 'GET /metrics')).text).toContain(
      'litellm_database_connection_status 0',
    );
  });

  it.each(['takes connections and never answers', 'drops whoever connects'] as const)(
    'is ready within 3 s where the data tier %s',
    async (how) => {
      const sockets = new Set<Socket>();
      const tier = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => undefined);
        if (how === 'drops whoever connects') socket.destroy();
      });
      await new Promise<void>((resolve) => tier.listen(0, '127.0.0.1', resolve));
      const { port } = tier.address() as AddressInfo;
      const startedMs = performance.now();
      const gateway = await startStateGateway([aModel(provider.url)], copyOf(seasoned), {
        sections: {
          litellm_settings: {
            cache: true,
            cache_params: { type: 'redis', host: '127.0.0.1', port },
          },
        },
        environment: { DATABASE_URL: `postgresql://litellm:secret@127.0.0.1:${port}/litellm` },
      });
      running = gateway;
      expect((await gateway.chat(known.secret)).status).toBe(200);
      // The bound is 2.5 s; the rest is for a busy machine to load the code.
      expect(performance.now() - startedMs).toBeLessThan(7_000);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => tier.close(resolve));
    },
  );

  it('tells what it knows, and asks to come back for what it cannot write', async () => {
    const gateway = await start(copyOf(seasoned));
    const info = await gateway.ask(ADMINISTRATOR, `GET /key/info?key=${known.id}`);
    expect(info.status).toBe(200);
    expect(info.headers.get('x-litellm-ha-directory')).toBe('stale');
    expect(info.json).toMatchObject({ key: known.id, info: { spend: null } });
    const refused = await gateway.ask(ADMINISTRATOR, 'POST /key/generate');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(refused.json).toMatchObject({
      error: { type: 'no_db_connection', gateway_code: 'store_unavailable' },
    });
  });

  it('refuses known keys where that is asked for and its snapshot is too old', async () => {
    const gateway = await start(copyOf(seasoned), { stale_keys: 'refuse', stale_keys_after: 1 });
    const refused = await until(
      () => gateway.chat(known.secret),
      ({ status }) => status !== 200,
    );
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await codeOf(refused)).toBe('keys_unavailable');
    expect((await gateway.chat(ADMINISTRATOR)).status).toBe(200);
  });

  it('does not trust a snapshot of another installation', async () => {
    const folder = createDataFolder();
    copyFileSync(join(seasoned, SNAPSHOT), join(folder, SNAPSHOT));
    const gateway = await startStateGateway([aModel(provider.url)], folder, {
      environment: { DATABASE_URL: url, LITELLM_SALT_KEY: 'another salt of this installation' },
    });
    running = gateway;
    const { status, json } = await gateway.ask(ADMINISTRATOR, 'GET /health/readiness');
    expect(status).toBe(503);
    expect((json as { reason: string }).reason).toContain(
      `${join(folder, SNAPSHOT)} has a wrong signature: it was altered, or made with another salt`,
    );
  });

  it('waits for it without a snapshot, says so, and is ready by itself once it is there', async () => {
    const gateway = await start(null);
    const ready = await gateway.ask(ADMINISTRATOR, 'GET /health/readiness');
    expect(ready.status).toBe(503);
    expect(ready.json).toMatchObject({ status: 'starting' });
    expect((ready.json as { reason: string }).reason).toMatch(
      /^no key is known yet: the store was not read: .*ECONNREFUSED/,
    );
    expect((await gateway.ask(ADMINISTRATOR, 'GET /health/region')).status).toBe(503);
    expect((await gateway.ask(ADMINISTRATOR, 'GET /health/liveliness')).status).toBe(200);
    const refused = await gateway.chat(known.secret);
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'keys_unavailable']);
    expect((await gateway.chat(ADMINISTRATOR)).status).toBe(200);

    await startDatabase();
    await until(
      async () => (await gateway.ask(ADMINISTRATOR, 'GET /health/readiness')).status,
      (status) => status === 200,
    );
    expect((await gateway.chat(known.secret)).status).toBe(200);
    await gateway.administer('POST /key/delete', { keys: [revokedLater.id] });
  });

  // From here on the database is there again.
  it('never takes a revoked key back from an old snapshot', async () => {
    const gateway = await start(copyOf(seasoned));
    expect((await gateway.chat(known.secret)).status).toBe(200);
    expect((await gateway.chat(revokedLater.secret)).status).toBe(401);
    await gateway.stop();
    running = null;
  });

  it('keeps what is spent meanwhile, and stores all of it afterwards', async () => {
    const gateway = await start(copyOf(seasoned));
    const { secret, id } = await gateway.createKey();
    await postgres.member.stop();
    for (let call = 0; call < 5; call += 1) {
      expect((await gateway.chat(secret)).status).toBe(200);
    }
    await startDatabase();
    const rows = await until(
      async () => {
        const { json } = await gateway.ask(ADMINISTRATOR, `GET /spend/logs?api_key=${id}`);
        return Array.isArray(json) ? (json as { readonly spend: number }[]) : [];
      },
      ({ length }) => length >= 5,
    );
    expect(rows.map(({ spend }) => spend)).toEqual(Array(5).fill(CALL_COST));
  });
});
