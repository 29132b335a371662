import type { Caller } from '../auth/caller';
import { selectVisibleModels } from '../auth/select-model-access';
import { GatewayError } from '../errors';
import type { GatewayRequest } from '../http/gateway-request';
import type { RoutingTable } from '../routing/routing-table';
import { enterWithLateKey } from './enter';
import type { Door } from './enter';

/** LiteLLM's fixed date of birth of every model. */
const CREATED_SECONDS = 1_677_610_602;

interface ModelEntry {
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: 'openai';
}

/** `GET /v1/models` and `GET /v1/models/{id}`. */
export class Models {
  private readonly entries: readonly ModelEntry[];
  private readonly accessGroups: readonly ModelEntry[];

  constructor(
    private readonly table: RoutingTable,
    private readonly door: Door,
  ) {
    const groups = [...table.groups].filter(([, deployments]) => deployments.length > 0);
    const aliases = [...table.aliases.keys()].filter((name) => !table.hiddenAliases.has(name));
    const names = new Set([...groups.map(([name]) => name), ...aliases]);
    this.entries = createEntries([...names].filter((name) => !name.includes('*')));
    this.accessGroups = createEntries([...table.accessGroups.keys()]);
  }

  readonly list = async (request: GatewayRequest): Promise<void> => {
    const { reply, query } = request;
    const caller = await enterWithLateKey(this.door, request, 'llm');
    const asked = new URLSearchParams(query).get('include_model_access_groups');
    const groups = asked?.toLowerCase() === 'true' ? this.accessGroups : [];
    const data = this.selectVisible(caller, [...this.entries, ...groups]);
    reply.sendJson(200, JSON.stringify({ object: 'list', data }));
  };

  readonly show = async (request: GatewayRequest): Promise<void> => {
    const { reply, variable } = request;
    const caller = await enterWithLateKey(this.door, request, 'llm');
    const entry = this.selectVisible(caller, this.entries).find(({ id }) => id === variable);
    if (entry === undefined) {
      throw new GatewayError('unknown_model_id', 'there is no model of this name', {
        param: 'model',
      });
    }
    reply.sendJson(200, JSON.stringify(entry));
  };

  /** A model that a caller may not use does not exist for it. */
  private selectVisible(caller: Caller, entries: readonly ModelEntry[]): readonly ModelEntry[] {
    if (caller.kind !== 'key') return entries;
    const ids = entries.map(({ id }) => id);
    const visible = new Set(selectVisibleModels(caller, ids, this.table));
    return entries.filter(({ id }) => visible.has(id));
  }
}

function createEntries(names: readonly string[]): readonly ModelEntry[] {
  return names.map((id) => ({ id, object: 'model', created: CREATED_SECONDS, owned_by: 'openai' }));
}
