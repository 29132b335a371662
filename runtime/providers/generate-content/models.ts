/** They think in levels in place of budgets, and take no penalties. */
export function isGemini3(model: string): boolean {
  return /gemini-([3-9]|\d\d)/.test(model.toLowerCase());
}

/** Models before 2.0 know the schema of an answer in OpenAPI's words alone. */
export function takesJsonSchema(model: string): boolean {
  return !/gemini-(1\.|pro|ultra)/.test(model.toLowerCase());
}
