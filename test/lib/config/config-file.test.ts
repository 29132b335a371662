import { join } from 'node:path';
import { GatewayConfig, loadConfigText } from '../../../lib/config';
import { SpecError } from '../../../lib/errors';

const FIXTURES = join(__dirname, '../../fixtures/config');
const INCLUDES = join(FIXTURES, 'include');

const refusalOf = (path: string): string => {
  try {
    loadConfigText(path);
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('loadConfigText', () => {
  it('returns a file without include as it is, comments and all', () => {
    expect(loadConfigText(join(FIXTURES, 'guide-sentinel.yaml'))).toMatch(/^# The guide/);
  });

  it('appends the lists of an included file and replaces anything else', () => {
    const config = GatewayConfig.fromFile(join(INCLUDES, 'main.yaml'));
    expect(config.deployments.map(({ modelName }) => modelName)).toEqual(['gpt-4o', 'claude']);
    expect(config.router).toMatchObject({ retries: 1, timeoutSeconds: 600 });
    expect(config.canonicalYaml).not.toContain('include');
  });

  it('rejects at synth what a file asks for and the gateway does not do', () => {
    const path = join(FIXTURES, '../settings/guardrails.yaml');
    expect(() => GatewayConfig.fromFile(path)).toThrow(
      `${path}: 5 problems\n  - model_list[0].litellm_params.guardrails must be left to something else`,
    );
  });

  it('rejects a file that is not there', () => {
    const path = join(INCLUDES, 'none.yaml');
    expect(refusalOf(path)).toBe(
      `${path}: 1 problem\n  - the file must be readable, got ENOENT; check the path`,
    );
  });

  it('rejects an included file that is not there', () => {
    const main = join(INCLUDES, 'dangling.yaml');
    expect(refusalOf(main)).toBe(
      `${join(INCLUDES, 'absent.yaml')}: 1 problem\n  - the file must be readable, got ENOENT; check include of ${main}`,
    );
  });

  it('rejects files that include each other', () => {
    expect(refusalOf(join(INCLUDES, 'cycle-a.yaml'))).toBe(
      `${join(INCLUDES, 'cycle-b.yaml')}: 1 problem\n  - include must not lead back to a file that includes this one, got cycle-a.yaml; remove it`,
    );
  });

  it('rejects an include that is no list', () => {
    const path = join(INCLUDES, 'no-list.yaml');
    expect(refusalOf(path)).toBe(
      `${path}: 1 problem\n  - include must be a list of file names, got something else; write [models.yaml]`,
    );
  });
});
