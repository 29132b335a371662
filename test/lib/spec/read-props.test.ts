import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProps } from '../../../lib/spec/read-props';
import { aConfig } from '../../support/a-config';

const KNOWN = { config: true, zones: true, streaming: true } as const;

interface Known {
  readonly config: ReturnType<typeof aConfig>;
  readonly zones: number;
  readonly streaming: object;
}

describe('readProps', () => {
  it('gives back what is written right', () => {
    const props = { config: aConfig(), zones: 2, streaming: {} };
    expect(readProps(props, KNOWN, 'a pattern')).toBe(props);
  });

  it('reads a configuration that is named by its path', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    const path = join(folder, 'config.yaml');
    writeFileSync(path, 'model_list: [{ model_name: m, litellm_params: { model: openai/m } }]\n');
    // As an app without types writes it.
    const props = {
      config: path as unknown as ReturnType<typeof aConfig>,
      zones: 2,
      streaming: {},
    };
    expect(readProps(props, KNOWN, 'a pattern').config.deployments).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });

  it('rejects names that nobody reads, all at once', () => {
    const props = { config: aConfig(), zone: 2, zones: 2, streaming: {}, beautiful: true };
    expect(() => readProps<Known>(props, KNOWN, 'SingleRegionHA on aws')).toThrow(
      [
        'SingleRegionHA on aws: 2 problems',
        '  - zone must be one of its props, got a name that nobody reads; did you mean zones?',
        '  - beautiful must be one of its props, got a name that nobody reads; leave it out',
      ].join('\n'),
    );
  });
});
