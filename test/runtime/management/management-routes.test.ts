import { createOperations } from '../../../runtime/management/management-routes';
import type { ManagementParts } from '../../../runtime/management/management-parts';
import type { Operation } from '../../../runtime/management/operation';
import { Directory } from '../../../runtime/directory/directory';
import { deployment, gatewayConfig } from '../../support/gateway-config-builder';
import { MASTER_KEY, startManagement } from '../../support/management-desk';
import type { ManagementServer } from '../../support/management-desk';
import { createRoutingTable } from '../../../runtime/routing/routing-table';

const DEPLOYMENTS = [deployment({ id: 'one' })];

/** All operations, as the server has them; what they need is never touched. */
const OPERATIONS: readonly Operation[] = createOperations({
  table: createRoutingTable(DEPLOYMENTS, gatewayConfig(DEPLOYMENTS).router),
  desk: { directory: new Directory() },
} as unknown as ManagementParts);

/** Who may use each route at all: written down apart from the code, as the promise it is. */
const MATRIX: Readonly<Record<string, string>> = {
  'POST /key/generate': 'master admin manager',
  'POST /key/update': 'master admin manager',
  'POST /key/delete': 'master admin manager',
  'POST /key/block': 'master admin manager',
  'POST /key/unblock': 'master admin manager',
  'POST /key/regenerate': 'master admin manager',
  'GET /key/info': 'master admin viewer manager reader llm plain',
  'GET /key/list': 'master admin viewer manager reader',
  'POST /v2/key/info': 'master admin viewer manager reader',
  'POST /user/new': 'master admin',
  'POST /user/update': 'master admin',
  'POST /user/delete': 'master admin',
  'GET /user/info': 'master admin viewer manager reader',
  'GET /user/list': 'master admin viewer',
  'POST /team/new': 'master admin',
  'POST /team/update': 'master admin',
  'POST /team/delete': 'master admin',
  'POST /team/block': 'master admin',
  'POST /team/unblock': 'master admin',
  'POST /team/member_add': 'master admin',
  'POST /team/member_delete': 'master admin',
  'GET /team/info': 'master admin viewer manager reader',
  'GET /team/list': 'master admin viewer',
  'GET /model/info': 'master admin viewer manager reader',
  'GET /v1/model/info': 'master admin viewer manager reader',
  'GET /model_group/info': 'master admin viewer manager reader',
  'GET /spend/logs': 'master admin viewer manager reader',
  'GET /spend/tags': 'master admin viewer manager reader',
  'POST /spend/calculate': 'master admin viewer manager reader',
  'GET /user/daily/activity': 'master admin viewer manager reader',
  'GET /spend/keys': 'master admin viewer',
  'GET /global/spend/keys': 'master admin viewer',
  'GET /spend/users': 'master admin viewer',
  'GET /global/spend': 'master admin viewer',
  'GET /global/spend/models': 'master admin viewer',
  'GET /global/spend/teams': 'master admin viewer',
  'GET /global/spend/logs': 'master admin viewer',
  'GET /global/spend/report': 'master admin viewer',
  'GET /audit': 'master admin viewer',
};

describe('createManagementRoutes', () => {
  let server: ManagementServer;
  const secrets: Record<string, string> = { master: MASTER_KEY };

  beforeAll(async () => {
    server = await startManagement(DEPLOYMENTS);
    await server.administer('POST /team/new', { team_id: 'team-1' });
    for (const role of ['proxy_admin', 'proxy_admin_viewer', 'internal_user']) {
      const user = { user_id: role, user_role: role, auto_create_key: false };
      await server.administer('POST /user/new', user);
    }
    const makers: Readonly<Record<string, object>> = {
      admin: { user_id: 'proxy_admin' },
      viewer: { user_id: 'proxy_admin_viewer' },
      manager: { user_id: 'internal_user', team_id: 'team-1', key_type: 'management' },
      reader: { user_id: 'internal_user', key_type: 'read_only' },
      llm: { user_id: 'proxy_admin', key_type: 'llm_api' },
      plain: { user_id: 'internal_user' },
    };
    for (const [name, body] of Object.entries(makers)) {
      const { key } = await server.administer('POST /key/generate', body);
      secrets[name] = String(key);
    }
  });

  afterAll(() => server.stop());

  it('knows no route that the matrix leaves out, nor the other way round', () => {
    const served = OPERATIONS.flatMap(({ method, paths }) =>
      paths.map((path) => `${method} ${path}`),
    );
    expect(served.sort()).toEqual(Object.keys(MATRIX).sort());
  });

  it.each(Object.entries(MATRIX))('lets use %s: %s', async (route, allowed) => {
    const admitted: string[] = [];
    for (const [name, secret] of Object.entries(secrets)) {
      // An unknown field or a missing parameter: whoever may use the route is told of it, and nothing changes.
      const body = { no_such_field: 1 };
      const { status, json } = await server.ask(secret, route, body);
      const { gateway_code: code } = (json as { error?: { gateway_code?: string } }).error ?? {};
      if (status !== 403 || code !== 'permission_denied') admitted.push(name);
    }
    expect(admitted.join(' ')).toBe(allowed);
  });

  it.each(Object.keys(MATRIX))('keeps strangers from %s', async (route) => {
    const { status, json } = await server.ask('sk-unknown', route, {});
    expect(status).toBe(401);
    expect(json).toMatchObject({ error: { gateway_code: 'authentication_failed' } });
  });

  it('refuses a route that allowed_routes of the key leave out', async () => {
    const { key } = await server.administer('POST /key/generate', {
      user_id: 'proxy_admin',
      allowed_routes: ['/key/info', '/spend/*'],
    });
    const status = async (path: string): Promise<number> =>
      (await server.ask(String(key), `GET ${path}`)).status;
    expect(await status('/key/info')).toBe(200);
    expect(await status('/spend/logs?request_id=x')).toBe(200);
    expect(await status('/key/list')).toBe(403);
  });

  describe('while the store is away', () => {
    beforeEach(() => {
      server.store = 'away';
    });

    afterEach(() => {
      server.store = 'here';
    });

    it('tells what is known, and that it may be old', async () => {
      const { status, headers, json } = await server.ask(secrets.plain ?? '', 'GET /key/info');
      expect(status).toBe(200);
      expect(headers.get('x-litellm-ha-directory')).toBe('stale');
      expect(json).toMatchObject({ info: { user_id: 'internal_user', spend: null } });
    });

    it.each([
      ['POST /key/generate', {}],
      ['POST /user/new', { user_id: 'new' }],
      ['GET /spend/logs', undefined],
      ['GET /audit', undefined],
    ] as const)('answers 503 to %s, with when to try again', async (route, body) => {
      const { status, headers, json } = await server.ask(MASTER_KEY, route, body);
      expect(status).toBe(503);
      expect(headers.get('retry-after')).toBe('5');
      expect(json).toEqual({
        error: {
          message:
            'the database must answer for this, and does not; known keys are served meanwhile: try again',
          type: 'no_db_connection',
          param: null,
          code: '503',
          gateway_code: 'store_unavailable',
        },
      });
    });

    it('writes nothing to memory that is not stored', async () => {
      const before = server.directory.version;
      await server.ask(MASTER_KEY, 'POST /user/new', { user_id: 'ghost' });
      expect(server.directory.version).toBe(before);
    });
  });

  it('says nothing of age while the store is here', async () => {
    const { headers } = await server.ask(MASTER_KEY, 'GET /key/list');
    expect(headers.get('x-litellm-ha-directory')).toBeNull();
  });
});
