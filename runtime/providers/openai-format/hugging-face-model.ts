/**
 * LiteLLM names the inference provider first, `together/deepseek-ai/DeepSeek-R1`; the router of Hugging Face wants it last,
 * `deepseek-ai/DeepSeek-R1:together`.
 */
export function renderHuggingFaceModel(model: string): string {
  const parts = model.split('/');
  if (parts.length < 3) return model;
  const [provider = '', ...name] = parts;
  return `${name.join('/')}:${provider}`;
}
