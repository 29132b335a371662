import type { Json, Message } from './openai-request';

export interface Conversation {
  /** Blocks of the system prompt. */
  readonly system: readonly Json[];
  readonly turns: readonly Turn[];
}

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Json[];
}

/**
 * The system prompt apart, and no two messages of one side in a row: what tools have answered is the user's. A message
 * without blocks is refused, and says nothing.
 */
export function joinTurns(
  messages: readonly Message[],
  renderBlocks: (message: Message) => readonly Json[],
): Conversation {
  const system: Json[] = [];
  const turns: { readonly role: Turn['role']; readonly content: Json[] }[] = [];
  for (const message of messages) {
    const blocks = renderBlocks(message);
    if (message.role === 'system') {
      system.push(...blocks);
      continue;
    }
    if (blocks.length === 0) continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: [...blocks] });
  }
  return { system, turns };
}
