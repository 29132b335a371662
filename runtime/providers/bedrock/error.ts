import type { ErrorAnswer } from '../translate/answer-dialect';
import type { AnswerError } from '../translate/openai-answer';
import { parseMap, readText } from '../translate/openai-request';

/** What an exception of AWS is called by OpenAI; what is not here is the server's fault. */
const TYPES: Readonly<Record<string, string>> = {
  accessdenied: 'permission_error',
  expiredtoken: 'authentication_error',
  incompletesignature: 'authentication_error',
  invalidsignature: 'authentication_error',
  modelnotready: 'unavailable',
  modeltimeout: 'timeout',
  resourcenotfound: 'not_found_error',
  servicequotaexceeded: 'rate_limit_error',
  serviceunavailable: 'unavailable',
  throttling: 'rate_limit_error',
  unrecognizedclient: 'authentication_error',
  validation: 'invalid_request_error',
};

/** `throttlingException` of a stream, `ThrottlingException` of a header. */
export function translateException(name: string, message: string | null): AnswerError {
  const key = name.toLowerCase().replace(/exception$/, '');
  return {
    message: message ?? `the provider answered with ${name}`,
    type: TYPES[key] ?? 'server_error',
    param: null,
    code: null,
  };
}

/** The name of the exception stands in a header, `ThrottlingException:http://…`. */
export function translateError({ headers, text }: ErrorAnswer): AnswerError {
  const header = headers['x-amzn-errortype'];
  const [name = ''] = String(header ?? '').split(':');
  const json = parseMap(text);
  const message = readText(json?.message) ?? readText(json?.Message);
  return translateException(name === '' ? 'Exception' : name, message ?? readText(text));
}
