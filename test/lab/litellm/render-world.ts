import type { World } from './draw-world';

/** LiteLLM's `model_list`; the provider knows each deployment by the model's name. */
export function renderModelList(
  { name, deployments }: World,
  addressOf: (id: string) => string,
): readonly unknown[] {
  return deployments.map(({ id, group, weight, order }) => ({
    model_name: group,
    litellm_params: {
      model: `openai/${id}`,
      api_base: addressOf(id),
      api_key: 'sk-scripted-provider',
      ...(weight === null ? {} : { weight }),
      ...(order === null ? {} : { order }),
    },
    // LiteLLM's routers of one process hear of each other's failures, and know deployments by their id alone.
    model_info: { id: `${name} ${id}` },
  }));
}
