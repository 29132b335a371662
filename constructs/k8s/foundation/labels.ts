/** Labels that select one component of one gateway and nothing else. They never change: selectors are immutable. */
export function selectorLabels(
  instance: string,
  component: string,
): Readonly<Record<string, string>> {
  return {
    'app.kubernetes.io/instance': instance,
    'app.kubernetes.io/component': component,
  };
}

/** What `selectorLabels` selects by, and who made it. */
export function objectLabels(
  instance: string,
  component: string,
): Readonly<Record<string, string>> {
  return {
    'app.kubernetes.io/name': 'litellm-ha',
    ...selectorLabels(instance, component),
    'app.kubernetes.io/part-of': instance,
  };
}
