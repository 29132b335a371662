import { stringify } from 'yaml';
import type { ConfigMap } from './config-tree';

/**
 * The file as text that LiteLLM reads the same way. `compat`: LiteLLM reads YAML 1.1, where an unquoted `2024-06-01` is a
 * date and `on` a boolean.
 */
export function renderCanonicalYaml(tree: ConfigMap): string {
  return stringify(tree, { lineWidth: 0, compat: 'yaml-1.1', aliasDuplicateObjects: false });
}

/** A piece of YAML on one line, for a message that shows the right form. */
export function renderSnippet(tree: ConfigMap): string {
  return stringify(tree, {
    lineWidth: 0,
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    aliasDuplicateObjects: false,
  })
    .trim()
    .replace(/^\{(.*)\}$/s, '$1');
}
