import type { Warning } from '../errors';
import { leavesOf, renderPath, type ConfigMap } from './config-tree';
import { referenceName } from './references';

const SECRET_KEY =
  /(^|_)(api_?key|password|secret|token|master_key|access_key|private_key|salt_key|openai_key|azure_key|anthropic_key)$/i;

/** Whether what stands under a key of this name is a credential. */
export function isSecretName(name: string): boolean {
  return SECRET_KEY.test(name);
}

const URL_WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/@:]*:[^/@]+@/i;

/** A secret in a file ends up in version control, in a ConfigMap and in every template that mounts it. */
export function findLiteralSecrets(tree: ConfigMap): readonly Warning[] {
  return leavesOf(tree).flatMap(({ path, value }) => {
    const key = path.at(-1);
    if (typeof value !== 'string' || value === '' || typeof key !== 'string') return [];
    if (referenceName(value) !== null || value.startsWith('oidc/')) return [];
    if (!SECRET_KEY.test(key) && !URL_WITH_PASSWORD.test(value)) return [];
    const message =
      path[0] === 'environment_variables'
        ? `a secret stands in the file; remove it here and set ${key} in the environment`
        : 'a secret stands in the file; use os.environ/NAME and set NAME in the environment';
    return [{ rule: 'config.literal-secret', path: renderPath(path), message }];
  });
}
