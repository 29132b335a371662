import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATEWAY_ERRORS, GatewayError, renderErrorJson } from '../../runtime/errors';

describe('GATEWAY_ERRORS', () => {
  it('is what docs/errors.md documents: every code with its status and whether to retry', () => {
    const document = readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8');
    const rows = [...document.matchAll(/^\| `(\w+)`\s*\| (\d+)\s*\| (yes|no)\s*\|/gm)];
    const documented = rows.map(([, code, status, retry]) => [code, Number(status), retry]);
    const registered = Object.entries(GATEWAY_ERRORS).map(([code, { status, retryable }]) => [
      code,
      status,
      retryable ? 'yes' : 'no',
    ]);
    expect(documented.sort()).toEqual(registered.sort());
  });
});

describe('renderErrorJson', () => {
  it('renders the shape of LiteLLM with the stable code beside it', () => {
    const error = new GatewayError('invalid_request', 'model must be given once', {
      param: 'model',
    });
    expect(JSON.parse(renderErrorJson(error))).toEqual({
      error: {
        message: 'model must be given once',
        type: 'bad_request_error',
        param: 'model',
        code: '400',
        gateway_code: 'invalid_request',
      },
    });
  });
});
