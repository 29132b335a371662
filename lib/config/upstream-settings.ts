import { z } from 'zod';
import { refuseSetting } from './setting-schemas';

/** Headers that describe one connection or the bytes we send ourselves. */
export const TRANSPORT_HEADERS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

/** Members of the body that the gateway itself decides on: a model is chosen, and a stream is read as one. */
export const DECIDED_MEMBERS: ReadonlySet<string> = new Set([
  'messages',
  'model',
  'stream',
  'stream_options',
]);

/** `extra_headers` of a deployment. */
export const headersSetting = () =>
  z
    .unknown()
    .transform((value, sink): Readonly<Record<string, string>> => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        const words = { allowed: 'be a map of headers', fix: 'write each as "name: value"' };
        return refuseSetting(sink, { rule: 'config.type', ...words });
      }
      const headers = Object.entries(value as Readonly<Record<string, unknown>>);
      for (const [name, header] of headers) {
        const fault = selectHeaderFault(name, header);
        if (fault !== null) {
          refuseSetting(sink, { rule: 'config.header', path: [name], ...fault });
        }
      }
      return Object.fromEntries(headers.map(([name, header]) => [name, String(header)]));
    })
    .nullish();

function selectHeaderFault(
  name: string,
  value: unknown,
): { readonly allowed: string; readonly fix: string } | null {
  if (!HEADER_NAME.test(name)) {
    return { allowed: 'be the name of a header', fix: 'use letters, digits and hyphens' };
  }
  if (TRANSPORT_HEADERS.has(name.toLowerCase())) {
    return {
      allowed: 'not be set, since the gateway sends it itself',
      fix: 'remove it; use api_base to reach another host',
    };
  }
  const isText = ['string', 'number', 'boolean'].includes(typeof value);
  return isText && HEADER_VALUE.test(String(value))
    ? null
    : { allowed: 'be text of one line in ASCII', fix: 'write the value in quotes' };
}

/** `extra_body` of a deployment. */
export const extraBodySetting = () =>
  z
    .unknown()
    .transform((value, sink): Readonly<Record<string, unknown>> => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return refuseSetting(sink, {
          rule: 'config.type',
          allowed: 'be a map of fields',
          fix: 'write its fields as "key: value", indented below it',
        });
      }
      for (const name of Object.keys(value)) {
        if (!DECIDED_MEMBERS.has(name)) continue;
        refuseSetting(sink, {
          rule: 'config.extra-body',
          path: [name],
          allowed: 'not be set, since the gateway decides it for each request',
          fix: name === 'model' ? 'write litellm_params.model instead' : 'remove it',
        });
      }
      return value as Readonly<Record<string, unknown>>;
    })
    .nullish();
