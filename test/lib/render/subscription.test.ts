import {
  CONNECT_SUBSCRIPTION,
  quoteName,
  quoteText,
  renderConnection,
  renderCreateSubscription,
  renderFillSubscription,
} from '../../../lib/render';

const ADDRESS = {
  host: 'database-eu-west-1.api.example.com',
  port: 5432,
  databaseName: 'litellm',
  userName: 'litellm',
  sslMode: 'require',
} as const;

describe('renderConnection', () => {
  it('quotes each value as libpq reads it', () => {
    expect(renderConnection({ ...ADDRESS, databaseName: "o'hare" }, String.raw`a' \b=c`)).toBe(
      "host='database-eu-west-1.api.example.com' port='5432' " +
        String.raw`dbname='o\'hare' user='litellm' sslmode='require' connect_timeout='10' password='a\' \\b=c'`,
    );
  });
});

describe('renderCreateSubscription', () => {
  it('asks nothing of the peer, takes only what was written there, and names a password that opens nothing', () => {
    expect(
      renderCreateSubscription({
        subscription: 'gateway_from_eu_west_1',
        slot: 'gateway_to_us_east_1',
        address: ADDRESS,
        publications: ['gateway_rows', 'gateway_totals'],
      }),
    ).toBe(
      `CREATE SUBSCRIPTION "gateway_from_eu_west_1"
  CONNECTION 'host=''database-eu-west-1.api.example.com'' port=''5432'' dbname=''litellm'' user=''litellm'' sslmode=''require'' connect_timeout=''10'' password=''told-later'''
  PUBLICATION "gateway_rows", "gateway_totals"
  WITH (slot_name = 'gateway_to_us_east_1', connect = false, origin = none, disable_on_error = false);`,
    );
  });
});

describe('CONNECT_SUBSCRIPTION', () => {
  it('holds no value, and passes on the message alone of what fails', () => {
    expect(CONNECT_SUBSCRIPTION).toContain("current_setting('gateway.connection')");
    expect(CONNECT_SUBSCRIPTION).toContain("RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE");
  });
});

describe('renderFillSubscription', () => {
  it('enables before it asks for tables, which a disabled subscription refuses', () => {
    expect(renderFillSubscription('s')).toEqual([
      'ALTER SUBSCRIPTION s ENABLE;',
      'ALTER SUBSCRIPTION s REFRESH PUBLICATION WITH (copy_data = true);',
    ]);
  });
});

describe('quoteName and quoteText', () => {
  it('let nothing out of the quotes', () => {
    expect(quoteName('a"; DROP TABLE b; --')).toBe('"a""; DROP TABLE b; --"');
    expect(quoteText(String.raw`a'; DROP TABLE b; --\ `)).toBe(
      String.raw`'a''; DROP TABLE b; --\ '`,
    );
  });
});
