import type {
  Random,
  Upstream,
  UpstreamErrorKind,
  UpstreamExchange,
  UpstreamHandler,
  UpstreamHeaders,
  UpstreamRequest,
} from '../ports';
import type { PreparedProvider } from '../providers/provider';
import type { TranslatedCall, Translation } from '../providers/translation';

/**
 * The network as it looks behind a provider of another dialect: requests are authorized on their way out, and answers come
 * in OpenAI's format. Of a provider that needs neither it is the network itself, and nobody asks for the call.
 */
export function translateUpstream(
  upstream: Pick<Upstream, 'send'>,
  provider: Pick<PreparedProvider, 'authorize' | 'translate'>,
  call: () => TranslatedCall,
): Pick<Upstream, 'send'> {
  const { authorize, translate } = provider;
  if (authorize === null && translate === null) return upstream;
  return {
    send: (request, limits, handler) => {
      const translation = translate?.(call()) ?? null;
      const listener = translation === null ? handler : new Translator(translation, handler);
      if (authorize === null) return upstream.send(request, limits, listener);
      return new AuthorizedExchange(authorize(request), {
        send: (authorized) => upstream.send(authorized, limits, listener),
        refuse: (detail) => refuse(handler, detail),
      });
    },
  };
}

/** An id in OpenAI's form, for answers whose provider gives none. */
export function renderAnswerId(random: Random): string {
  const half = (): string =>
    Math.floor(random.next() * 2 ** 48)
      .toString(16)
      .padStart(12, '0');
  return `chatcmpl-${half()}${half()}`;
}

/** What a provider says to whoever shows no valid credentials, in OpenAI's words. */
function refuse(handler: UpstreamHandler, detail: string): void {
  const error = { message: detail, type: 'authentication_error', param: null, code: null };
  handler.onHead(401, { 'content-type': 'application/json' });
  handler.onData(Buffer.from(JSON.stringify({ error })));
  handler.onEnd();
}

class Translator implements UpstreamHandler {
  constructor(
    private readonly translation: Translation,
    private readonly handler: UpstreamHandler,
  ) {}

  onHead(status: number, headers: UpstreamHeaders): void {
    const head = this.translation.head(status, headers);
    this.handler.onHead(head.status, head.headers);
  }

  onData(chunk: Buffer): void {
    const bytes = this.translation.data(chunk);
    if (bytes.length > 0) this.handler.onData(bytes);
    else this.handler.onKept?.(chunk.length);
  }

  onEnd(): void {
    const bytes = this.translation.end();
    if (bytes.length > 0) this.handler.onData(bytes);
    this.handler.onEnd();
  }

  onError(kind: UpstreamErrorKind, detail: string): void {
    this.handler.onError(kind, detail);
  }
}

interface AuthorizedSend {
  readonly send: (request: UpstreamRequest) => UpstreamExchange;
  readonly refuse: (detail: string) => void;
}

/** An exchange that begins when its request is authorized. */
class AuthorizedExchange implements UpstreamExchange {
  private exchange: UpstreamExchange | null = null;
  private state: 'waiting' | 'paused' | 'aborted' = 'waiting';

  constructor(
    authorizing: Promise<UpstreamRequest>,
    private readonly parts: AuthorizedSend,
  ) {
    authorizing.then(
      (request) => this.begin(request),
      (error: unknown) => this.fail(error),
    );
  }

  get reached(): UpstreamExchange['reached'] {
    return this.exchange?.reached ?? 'nobody';
  }

  abort(): void {
    this.state = 'aborted';
    this.exchange?.abort();
  }

  pause(): void {
    if (this.exchange === null) this.state = 'paused';
    else this.exchange.pause();
  }

  resume(): void {
    if (this.exchange === null) this.state = 'waiting';
    else this.exchange.resume();
  }

  private begin(request: UpstreamRequest): void {
    if (this.state === 'aborted') return;
    this.exchange = this.parts.send(request);
    if (this.state === 'paused') this.exchange.pause();
  }

  private fail(error: unknown): void {
    if (this.state === 'aborted') return;
    const detail = error instanceof Error ? error.message : String(error);
    this.parts.refuse(`no credentials for this provider: ${detail}`);
  }
}
