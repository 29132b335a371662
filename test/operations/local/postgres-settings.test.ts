import {
  renderConnectionInfo,
  renderPostgresSettings,
} from '../../../operations/local/postgres-settings';

describe('renderPostgresSettings', () => {
  it('writes one quoted line per setting', () => {
    expect(renderPostgresSettings({ port: '5501', path: `C:\\it's` })).toBe(
      "port = '5501'\npath = 'C:\\\\it''s'\n",
    );
  });
});

describe('renderConnectionInfo', () => {
  it('escapes what libpq would take for the end of a value', () => {
    expect(renderConnectionInfo({ host: '127.0.0.1', password: `a'b\\c` })).toBe(
      "host='127.0.0.1' password='a\\'b\\\\c'",
    );
  });
});
