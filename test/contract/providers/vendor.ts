import type { CloudCredentials } from '../../../runtime/ports';
import type { FakeProvider, Script, SeenRequest } from '../../support/fake-provider';

/** What a model says, in no vendor's words. */
export interface Saying {
  readonly thought?: string;
  readonly words?: readonly string[];
  readonly calls?: readonly SaidCall[];
}

export interface SaidCall {
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What every vendor here counts for every answer. */
export const USED = { fresh: 100, cached: 900, completion: 10 } as const;

export const REFUSALS = [
  'bad request',
  'wrong key',
  'no permission',
  'unknown model',
  'prompt too long',
  'rate limit',
  'overloaded',
  'broken',
] as const;

export type Refusal = (typeof REFUSALS)[number];

/** One vendor's API, scripted: it takes what the API takes, and says what it is told to in the API's own words. */
export interface Vendor {
  readonly name: string;
  /** Answers what `script` says; a request that the API would not take, it refuses as the API does. */
  start(script: (seen: SeenRequest) => Script): Promise<FakeProvider>;
  /** `litellm_params` of a deployment that asks the server at this address. */
  params(url: string): Readonly<Record<string, unknown>>;
  readonly credentials: CloudCredentials;
  /** What must stand nowhere but in a header. */
  readonly secret: string;
  answer(saying: Saying): Script;
  /** The same as a stream: words one by one, arguments of tools in pieces. */
  stream(saying: Saying): Extract<Script, { readonly kind: 'stream' }>;
  /** An answer in the form that the client asked for. */
  give(form: Readonly<Record<string, unknown>>): Script;
  readonly refusals: Readonly<Record<Refusal, Script>>;
}
