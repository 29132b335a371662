import { MASTER_KEY, startManagement } from '../../support/management-desk';
import type { ManagementServer } from '../../support/management-desk';

describe('createAuditOperations', () => {
  let server: ManagementServer;

  beforeAll(async () => {
    server = await startManagement();
    await server.administer('POST /team/new', { team_id: 'team-1', rpm_limit: 5 });
    server.clock.advance(1000);
    await server.administer('POST /team/delete', { team_ids: ['team-1'] });
  });

  afterAll(() => server.stop());

  it('tells who changed what, newest first', async () => {
    const nowMs = server.clock.wallMs();
    expect(await server.administer('GET /audit')).toEqual({
      audit_logs: [
        {
          id: expect.stringMatching(/-replica-1$/),
          updated_at: new Date(nowMs).toISOString(),
          changed_by: 'master',
          action: 'deleted',
          object_type: 'team',
          object_id: 'team-1',
          updated_values: { revoked: true },
          region: 'eu',
        },
        {
          id: expect.stringMatching(/-replica-1$/),
          updated_at: new Date(nowMs - 1000).toISOString(),
          changed_by: 'master',
          action: 'updated',
          object_type: 'team',
          object_id: 'team-1',
          updated_values: { blocked: false, rpmLimit: 5 },
          region: 'eu',
        },
      ],
      page: 1,
      page_size: 10,
      has_more: false,
    });
  });

  it('filters and pages', async () => {
    expect(await server.administer('GET /audit?page_size=1')).toMatchObject({ has_more: true });
    expect(await server.administer('GET /audit?object_type=key')).toMatchObject({
      audit_logs: [],
    });
  });

  it('rejects a kind that there is not', async () => {
    const { json } = await server.ask(MASTER_KEY, 'GET /audit?object_type=cat');
    expect(json).toMatchObject({ error: { message: 'object_type must be key, user or team' } });
  });
});
