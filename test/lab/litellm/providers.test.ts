import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { OPENAI_FORMATS } from '../../../runtime/providers/openai-format/table';
import { describeWithTool } from '../../support/lab-tool';

interface Described {
  readonly name: string;
  /** Whether this version of LiteLLM has the provider. */
  readonly known: boolean;
  readonly base: string | null;
  readonly variables: readonly string[];
}

/** LiteLLM finds these addresses elsewhere in its code, speaks another format there, or has none at all. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'amazon_nova',
  'cohere',
  'cohere_chat',
  'cometapi',
  'compactifai',
  'custom_openai',
  'gradient_ai',
  'huggingface',
  'maritalk',
  'minimax',
  'ollama_chat',
  'openai',
  'openrouter',
  'ovhcloud',
]);
/** Names that it looks for whatever the provider is. */
const ALWAYS: ReadonlySet<string> = new Set(['USE_LITELLM_PROXY']);

describeWithTool('litellm', (litellm) => {
  describe("LiteLLM's own table of providers", () => {
    let described: readonly Described[];

    beforeAll(() => {
      const python = spawnSync(
        join(dirname(litellm), 'python'),
        [join(__dirname, 'provider_driver.py')],
        { input: [...OPENAI_FORMATS.keys()].join('\n'), encoding: 'utf8' },
      );
      described = python.stdout
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Described);
    }, 120_000);

    it('knows most of the providers that are supported here', () => {
      expect(described).toHaveLength(OPENAI_FORMATS.size);
      expect(described.filter(({ known }) => known).length).toBeGreaterThan(60);
    });

    it('has the same address for each', () => {
      const trimmed = (base: string | null): string | null => base?.replace(/\/$/, '') ?? null;
      const differing = described
        .filter(({ name, known }) => known && !ELSEWHERE.has(name))
        .filter(({ name, base }) => trimmed(base) !== (OPENAI_FORMATS.get(name)?.base ?? null));
      expect(differing).toEqual([]);
    });

    it('looks for addresses and keys in the same variables, in the same order', () => {
      const differing = described
        .filter(({ name, known }) => known && !ELSEWHERE.has(name))
        .flatMap(({ name, variables }) => {
          const theirs = [...new Set(variables)].filter((each) => !ALWAYS.has(each));
          const row = OPENAI_FORMATS.get(name);
          const ours = [...(row?.baseVariables ?? []), ...(row?.keyVariables ?? [])];
          const missing = theirs.filter((each) => !ours.includes(each));
          const known = ours.filter((each) => theirs.includes(each));
          const isSorted = known.join() === theirs.join();
          return missing.length === 0 && isSorted ? [] : [{ name, theirs, ours }];
        });
      expect(differing).toEqual([]);
    });
  });
});
