import { renderKeepReplication, renderPublications, renderSubscription } from '../../../lib/render';

const INPUT = {
  region: 'us-east-1',
  databaseName: 'litellm',
  userName: 'litellm',
  peers: [
    { region: 'eu-west-1', host: 'db.eu.example.com', port: 5432 },
    { region: 'ap-southeast-1', host: 'db.ap.example.com', port: 6432 },
  ],
};

describe('renderPublications', () => {
  const sql = renderPublications('us-east-1');

  it('offers what was made in the region alone, each table by its own column', () => {
    expect(sql.match(/public\.\w+ WHERE \([^)]*\)/g)).toEqual([
      "public.gateway_changes WHERE (region = 'us-east-1')",
      "public.gateway_ledger WHERE (region = 'us-east-1')",
      "public.gateway_budget_transfers WHERE (from_region = 'us-east-1')",
      "public.gateway_ledger_partitions WHERE (region = 'us-east-1')",
    ]);
  });

  it('never sends that a row was removed', () => {
    expect(sql.match(/publish = '[^']*'/g)).toEqual([
      "publish = 'insert'",
      "publish = 'insert, update'",
    ]);
  });

  it('leaves what the gateway itself writes alone', () => {
    expect(sql.match(/ENABLE REPLICA TRIGGER/g)).toHaveLength(4);
    expect(sql).not.toContain('ENABLE ALWAYS');
  });
});

describe('renderKeepReplication', () => {
  it('follows every peer under names that PostgreSQL takes', () => {
    const script = renderKeepReplication(INPUT);

    expect(script.match(/^follow \S.*$/gm)).toEqual([
      'follow eu-west-1 db.eu.example.com 5432 gateway_from_eu_west_1 gateway_to_us_east_1',
      'follow ap-southeast-1 db.ap.example.com 6432 gateway_from_ap_southeast_1 gateway_to_us_east_1',
    ]);
  });

  it('stays within 63 bytes for the longest name of a region', () => {
    const longest = `a${'b'.repeat(29)}`;
    const [peer] = INPUT.peers;
    const script = renderKeepReplication({
      ...INPUT,
      region: longest,
      peers: peer === undefined ? [] : [{ ...peer, region: longest }],
    });
    const [, , , , subscription = '', slot = ''] =
      /^follow \S.*$/m.exec(script)?.[0].split(' ') ?? [];

    expect([subscription.length, slot.length]).toEqual([43, 41]);
  });
});

describe('renderSubscription', () => {
  it('takes only rows without another origin, and holds no password', () => {
    const sql = renderSubscription(INPUT);

    expect(sql).toContain('origin = none');
    expect(sql).toContain(String.raw`\getenv password PGPASSWORD`);
  });
});
