import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../support/project-files';
import { renderSettingsPage } from '../support/render-settings-page';

const DOCUMENT = join(PROJECT_ROOT, 'docs/settings.md');

describe('docs/settings.md', () => {
  it('says what the table of settings says (UPDATE_DOCS=1 writes it anew)', () => {
    const expected = renderSettingsPage();
    if (process.env.UPDATE_DOCS === '1') writeFileSync(DOCUMENT, expected);

    expect(readFileSync(DOCUMENT, 'utf8')).toBe(expected);
  });
});
