import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseGatewayConfig } from '../../../lib/config';
import { parseYaml } from '../../../lib/config/parse-yaml';
import { PROVIDERS } from '../../../runtime/providers/providers';
import { describeWithTool } from '../../support/lab-tool';

describeWithTool('litellm', (program) => {
  const lib = join(dirname(dirname(program)), 'lib');
  const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /site-packages\/litellm\/.*\.ya?ml$/.test(file),
  );

  it('knows the providers of the configurations that come with LiteLLM, but for one in fifty', () => {
    const providers = files
      .flatMap((file) => {
        const { model_list: list } = parseYaml(readFileSync(join(lib, file), 'utf8')).tree;
        return Array.isArray(list) ? list : [];
      })
      // One without parameters is no deployment; LiteLLM does not start with it either.
      .filter((entry) => JSON.stringify(entry).includes('litellm_params'))
      .flatMap((entry) => {
        const text = JSON.stringify({ model_list: [entry] });
        return parseGatewayConfig(text, { environment: {} }).deployments;
      })
      .map(({ provider }) => provider);
    expect(providers.length).toBeGreaterThan(60);
    // The second is no provider of LiteLLM's either.
    expect(providers.filter((name) => !PROVIDERS.has(name))).toEqual(['predibase', 'mistralai']);
  });
});
