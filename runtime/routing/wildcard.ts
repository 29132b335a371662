/** Captures what each star stands for, so that it can be put into the provider's model name. */
export function wildcardExpression(pattern: string): RegExp {
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('(.*)')}$`, 's');
}

export function isWildcardMatch(pattern: string, name: string): boolean {
  return pattern.includes('*') && wildcardExpression(pattern).test(name);
}
