import { parseGatewayConfig } from '../../../lib/config/parse-gateway-config';
import { TestRouter } from '../../runtime/dispatch/a-router';
import type { World } from './draw-world';
import { renderModelList } from './render-world';
import { replyOf } from './reply';

/** What became of one call. */
export interface Ending {
  /** Ids of the deployments that were asked, in order. */
  readonly asked: readonly string[];
  readonly status: number;
}

/** The world's calls through this gateway's router, in virtual time. */
export async function playOurs(world: World): Promise<readonly Ending[]> {
  const file = {
    model_list: renderModelList(world, (id) => `http://${id}.test`),
    router_settings: world.settings,
  };
  const config = parseGatewayConfig(JSON.stringify(file), { environment: 'unresolved' });
  const behaviours = new Map(world.deployments.map(({ id, behaviour }) => [id, behaviour]));
  const router = new TestRouter(config.deployments, config.router, (id) =>
    replyOf(behaviours.get(id)),
  );
  const heard = await router.playInTurn(world.calls.map(({ model, ...body }) => ({ model, body })));
  return heard.map(({ asked, status }) => ({ asked, status }));
}
