import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROVIDERS } from '../../runtime/providers/providers';
import { PROJECT_ROOT } from '../support/project-files';
import { renderProvidersPage } from '../support/render-providers-page';

const DOCUMENT = join(PROJECT_ROOT, 'docs/providers.md');

describe('docs/providers.md', () => {
  it('says what the table of providers says (UPDATE_DOCS=1 writes it anew)', () => {
    const expected = renderProvidersPage();
    if (process.env.UPDATE_DOCS === '1') writeFileSync(DOCUMENT, expected);

    expect(readFileSync(DOCUMENT, 'utf8')).toBe(expected);
  });

  it('describes every provider', () => {
    const document = readFileSync(DOCUMENT, 'utf8');
    const missing = [...PROVIDERS.keys()].filter(
      (name) => !new RegExp(`\\| \`${name}/\` \\| .+ \\|`).test(document),
    );
    expect(missing).toEqual([]);
  });
});
