import { judgeSecrets } from '../../../runtime/auth/judge-secrets';

const LONG = 'sk-0123456789abc';
const MAKE = 'make one with: echo "sk-$(openssl rand -hex 24)"';

describe('judgeSecrets', () => {
  it('has nothing to say of secrets of 16 characters', () => {
    expect(judgeSecrets({ masterKey: LONG, drainToken: LONG }, '0.0.0.0')).toEqual({
      problem: null,
      warnings: [],
    });
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '', 'example.com', '127.0.0.1.example.com'])(
    'rejects a gateway without a master key on host %s',
    (host) => {
      expect(judgeSecrets({ masterKey: null, drainToken: null }, host)).toEqual({
        problem:
          `without a master key the gateway listens on loopback only, got host ${host}; ` +
          `set LITELLM_MASTER_KEY or general_settings.master_key; ${MAKE}, or use --host 127.0.0.1`,
        warnings: [],
      });
    },
  );

  it('rejects short secrets, all of them at once', () => {
    expect(judgeSecrets({ masterKey: 'sk-1234', drainToken: `${LONG.slice(1)} ` }, '::')).toEqual({
      problem:
        'LITELLM_MASTER_KEY or general_settings.master_key must have 16 characters or more on host ::, ' +
        `got 7; ${MAKE}, or use --host 127.0.0.1\n` +
        'DRAIN_ENDPOINT_TOKEN must have 16 characters or more on host ::, got 15; ' +
        `${MAKE}, or use --host 127.0.0.1`,
      warnings: [],
    });
  });

  it.each(['127.0.0.1', 'localhost', '::1'])('warns on %s', (host) => {
    expect(judgeSecrets({ masterKey: null, drainToken: 'a' }, host)).toEqual({
      problem: null,
      warnings: [
        'there is no master key, so whoever reaches this address is the administrator, through a proxy on this ' +
          'machine too; set LITELLM_MASTER_KEY or general_settings.master_key',
        `DRAIN_ENDPOINT_TOKEN must have 16 characters or more on any other address, got 1; ${MAKE}`,
      ],
    });
  });
});
