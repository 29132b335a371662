import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GATEWAY_ENVIRONMENT, GATEWAY_PATHS } from '../../lib/gateway-contract';
import { ByteBudget } from '../../runtime/admission/byte-budget';
import { SHORTEST_SECRET } from '../../runtime/auth/key-secret';
import { MOST_HEADERS } from '../../runtime/http/check-head';
import { planConnections } from '../../runtime/http/connection-cap';
import { LARGEST_BODY_BYTES } from '../../runtime/http/read-body';
import { DEEPEST_JSON } from '../../runtime/providers/json-bounds';

describe('docs/security.md', () => {
  const text = readFileSync(join(__dirname, '../../docs/security.md'), 'utf8');

  it.each([
    ['Closed by default', `of fewer than ${SHORTEST_SECRET} characters`],
    ['Closed by default', `\`POST ${GATEWAY_PATHS.drain}\``],
    ['A key', `more than ${MOST_HEADERS} headers`],
    ['A key', `deeper than ${DEEPEST_JSON} levels`],
    ['TLS', `\`${GATEWAY_ENVIRONMENT.tlsCertificateFile}\`, \`${GATEWAY_ENVIRONMENT.tlsKeyFile}\``],
    ['TLS', `\`${GATEWAY_ENVIRONMENT.metricsPort}\``],
    ['Bounds', `${LARGEST_BODY_BYTES / 1024 / 1024} MiB, or`],
    ['Bounds', `\`${GATEWAY_ENVIRONMENT.memoryMib}\``],
  ])('says under "%s": %s', (title, words) => {
    const [, after = ''] = text.split(`\n## ${title}\n`);
    const [section = ''] = after.split('\n## ');
    expect(section.replace(/\s+/g, ' ')).toContain(words);
  });

  it('tells the bounds on bodies as they are: a quarter, three quarters of it, two thirds of that', () => {
    const budget = new ByteBudget(2400);
    budget.take('one', 300);
    expect(() => budget.take('one', 1)).toThrow('requests of this key');
    budget.take('other', 150);
    expect(() => budget.take('third', 1)).toThrow('requests of all keys');
    expect([budget.hold(150), budget.hold(1)]).toEqual(['held', 'refused']);
  });

  it('tells the bounds on connections as they are', () => {
    const memoryBytes = 1024 * 1024 * 1024;
    expect(planConnections({ openFiles: 296, memoryBytes }).most).toBe((296 - 96) / 2);
    expect(planConnections({ openFiles: null, memoryBytes }).most).toBe(memoryBytes / 8 / 16_384);
  });
});
