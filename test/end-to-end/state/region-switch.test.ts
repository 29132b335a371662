import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMINISTRATOR, aModel, startStateGateway, until } from '../../support/state-gateway';
import type { StateGateway } from '../../support/state-gateway';

describe('the switch of a region', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'switch-')), 'region');
  let gateway: StateGateway;

  afterEach(async () => {
    await gateway.kill();
  });

  async function untilRegion(expected: number): Promise<unknown> {
    const { json } = await until(
      () => gateway.ask(ADMINISTRATOR, 'GET /health/region'),
      ({ status }) => status === expected,
    );
    return json;
  }

  it('sends its traffic away and back, and leaves the replicas ready', async () => {
    writeFileSync(file, 'away since the drill of today\n');
    gateway = await startStateGateway([aModel('http://127.0.0.1:9')], null, {
      environment: { LITELLM_HA_REGION_SWITCH_FILE: file },
    });
    expect(await untilRegion(503)).toEqual({ status: 'away' });
    for (const path of ['/health/readiness', '/health/liveliness']) {
      expect((await gateway.ask(ADMINISTRATOR, `GET ${path}`)).status).toBe(200);
    }
    writeFileSync(file, 'serving\n');
    expect(await untilRegion(200)).toEqual({ status: 'healthy' });
  });
});
