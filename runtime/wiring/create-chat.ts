import type { GatewayConfig } from '../../lib/config/gateway-config';
import { Dispatcher } from '../dispatch/dispatcher';
import { AnswerDesk } from '../handlers/answer-desk';
import { AnswerWriter } from '../handlers/answer-writer';
import { CallAccounts } from '../handlers/call-accounts';
import { ChatCompletions } from '../handlers/chat-completions';
import { ContentGuard } from '../handlers/content-guard';
import type { ForwardingRules } from '../providers/client-headers';
import type { Core } from './create-core';
import type { GatewayParts } from './gateway-parts';

export interface Chat {
  readonly completions: ChatCompletions;
  readonly dispatcher: Dispatcher;
}

/** Calls of models, from a body to an answer and its place in the books. */
export function createChat(parts: GatewayParts, core: Core): Chat {
  const { config, ports, state } = parts;
  const { fleet, door, bodies, lifecycle, admission, metrics, log } = core;
  const { guards, router } = config;
  const { clock, memory } = ports;
  const dispatcher = new Dispatcher(fleet, router, ports);
  const completions = new ChatCompletions({
    router,
    clients: {
      forwarding: selectForwarding(config.deployments),
      guards: config.acceptedWithout.includes('guardrails') ? 'taken-out' : 'refused',
    },
    door,
    dispatcher,
    fleet,
    bodies,
    accounts: new CallAccounts({
      ...state,
      standing: guards.budgets,
      router,
      table: fleet.table,
      clock,
    }),
    contentGuard: new ContentGuard(guards.content),
    guards,
    writer: new AnswerWriter(fleet, clock, { memory, mostBytes: guards.mostResponseBytes }),
    desk: state.answers === null ? null : new AnswerDesk(state.answers, clock),
    ...{ lifecycle, admission, metrics, log, clock },
  });
  return { completions, dispatcher };
}

/** What any of the deployments gets; each takes what its own configuration says. */
function selectForwarding(deployments: GatewayConfig['deployments']): ForwardingRules | null {
  const any = (rule: keyof ForwardingRules): ForwardingRules[typeof rule] =>
    deployments.some(({ request }) => request[rule] === 'forwarded') ? 'forwarded' : 'kept-back';
  const rules: ForwardingRules = {
    clientHeaders: any('clientHeaders'),
    clientOrganization: any('clientOrganization'),
  };
  return Object.values(rules).includes('forwarded') ? rules : null;
}
