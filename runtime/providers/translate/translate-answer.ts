import type { UpstreamHeaders } from '../../ports';
import type { TranslatedCall, TranslatedHead, Translation } from '../translation';
import { BrokenStreamError } from './answer-dialect';
import type { AnswerDialect, EventReader, PieceReader } from './answer-dialect';
import { ChunkWriter } from './chunk-writer';
import type { AnswerError, TranslatedAnswer } from './openai-answer';

/** More than the gateway passes on of an answer. */
const LARGEST_ANSWER_BYTES = 32 * 1024 * 1024;
const LARGEST_ERROR_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/** Answers of one dialect in OpenAI's format. */
export function translateAnswer(dialect: AnswerDialect, call: TranslatedCall): Translation {
  return new AnswerTranslation(dialect, call);
}

class AnswerTranslation implements Translation {
  private status = 0;
  private headers: UpstreamHeaders = {};
  private translation: Pick<Translation, 'data' | 'end'> | null = null;

  constructor(
    private readonly dialect: AnswerDialect,
    private readonly call: TranslatedCall,
  ) {}

  head(status: number, headers: UpstreamHeaders): TranslatedHead {
    this.status = status;
    this.headers = headers;
    this.translation = this.selectTranslation();
    const isStream = this.translation instanceof StreamTranslation;
    // The length is another one now.
    const { 'content-length': _, ...others } = headers;
    return {
      status,
      headers: { ...others, 'content-type': isStream ? 'text/event-stream' : 'application/json' },
    };
  }

  data(chunk: Buffer): Buffer {
    return this.translation?.data(chunk) ?? NOTHING;
  }

  end(): Buffer {
    return this.translation?.end() ?? NOTHING;
  }

  private selectTranslation(): Pick<Translation, 'data' | 'end'> {
    const { dialect, call, status, headers } = this;
    if (status !== 200) {
      return new DocumentTranslation(LARGEST_ERROR_BYTES, (bytes) => {
        const text = bytes.toString('utf8');
        return dialect.error === null
          ? bytes
          : renderError(dialect.error({ status, headers, text }));
      });
    }
    if (call.delivery === 'stream') {
      return new StreamTranslation(dialect.events(), dialect.stream(call), new ChunkWriter(call));
    }
    return new DocumentTranslation(LARGEST_ANSWER_BYTES, (bytes) => {
      const answer = dialect.json(parseJson(bytes), call);
      return answer === null ? bytes : renderAnswer(answer, call);
    });
  }
}

/** A document is translated once it is there. */
class DocumentTranslation implements Pick<Translation, 'data' | 'end'> {
  private readonly chunks: Buffer[] = [];
  private length = 0;

  constructor(
    private readonly mostBytes: number,
    private readonly translate: (bytes: Buffer) => Buffer,
  ) {}

  data(chunk: Buffer): Buffer {
    // The rest cannot change what it is.
    if (this.length < this.mostBytes) this.chunks.push(chunk);
    this.length += chunk.length;
    return NOTHING;
  }

  end(): Buffer {
    return this.translate(Buffer.concat(this.chunks));
  }
}

class StreamTranslation implements Pick<Translation, 'data' | 'end'> {
  private state: 'open' | 'broken' = 'open';

  constructor(
    private readonly events: EventReader,
    private readonly pieces: PieceReader,
    private readonly writer: ChunkWriter,
  ) {}

  data(chunk: Buffer): Buffer {
    if (this.state === 'broken') return NOTHING;
    try {
      const events = this.events.read(chunk);
      const pieces = events.flatMap((event) => this.pieces.read(event));
      return Buffer.from(this.writer.write(pieces));
    } catch (error) {
      if (!(error instanceof BrokenStreamError)) throw error;
      return this.break(error.message);
    }
  }

  end(): Buffer {
    if (this.state === 'broken') return NOTHING;
    const last = this.events.end().flatMap((event) => this.pieces.read(event));
    return Buffer.from(this.writer.write([...last, ...this.pieces.end()]));
  }

  private break(reason: string): Buffer {
    this.state = 'broken';
    const message = `the provider sent a broken stream: ${reason}`;
    const error = { message, type: 'server_error', param: null, code: null };
    return Buffer.from(this.writer.write([{ kind: 'error', error }]));
  }
}

function renderAnswer(
  { id, model, choices, usage }: TranslatedAnswer,
  call: TranslatedCall,
): Buffer {
  return Buffer.from(
    JSON.stringify({
      id: id ?? call.id,
      object: 'chat.completion',
      created: call.createdSeconds,
      model: model ?? call.providerModel,
      choices,
      // At the end, where it is looked for.
      ...(usage === null ? {} : { usage }),
    }),
  );
}

function renderError(error: AnswerError): Buffer {
  return Buffer.from(JSON.stringify({ error }));
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
