import { isIP } from 'node:net';

/** What a name has to look like, in the words of who refuses it otherwise. */
export interface NameRule {
  readonly allowed: string;
  readonly example: string;
  readonly accepts: (name: string) => boolean;
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SECRET_KEY = /^[-._a-zA-Z0-9]+$/;
const BUCKET = /^[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]$/;
const FOREIGN_BUCKET = /^[a-z0-9][-._a-z0-9]{1,220}[a-z0-9]$/;
const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;
const DURATION = /^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/;

const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;

/** Names that S3 keeps for itself. */
const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/**
 * Names of objects, as the API server checks them.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
export const NAME_RULES = {
  namespace: {
    allowed: 'be a DNS label of at most 63 characters (a–z, 0–9 and dashes inside)',
    example: 'models',
    accepts: isLabel,
  },
  object: {
    allowed: 'be a name of Kubernetes: at most 253 characters (a–z, 0–9, dashes and dots inside)',
    example: 'provider-keys',
    accepts: isSubdomain,
  },
  host: {
    allowed: 'be a host name in lower case, of labels of at most 63 characters',
    example: 'api.example.com',
    accepts: (name) => isSubdomain(name) && name.split('.').every((each) => isLabel(each)),
  },
  secretKey: {
    allowed: 'be a key of a Secret: letters, digits, dashes, underscores and dots',
    example: 'openai-key',
    accepts: (key) =>
      SECRET_KEY.test(key) && key.length <= MAX_SUBDOMAIN && key !== '.' && !key.startsWith('..'),
  },
  labelKey: {
    allowed:
      'be a key of a label: at most 63 characters, with a DNS name and a slash before it if any',
    example: 'example.com/team',
    accepts: isQualifiedName,
  },
  labelValue: {
    allowed: 'be a value of a label: at most 63 letters, digits, dashes, underscores and dots',
    example: 'models',
    accepts: (value) => value === '' || isQualified(value),
  },
  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
  bucket: {
    allowed:
      'be a name that S3 takes for a bucket: 3–63 characters (a–z, 0–9, dashes and dots inside), no address and no name that S3 keeps for itself',
    example: 'litellm-dumps',
    accepts: (name) =>
      BUCKET.test(name) &&
      !name.includes('..') &&
      !ADDRESS.test(name) &&
      !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) &&
      !RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix)),
  },
  /** Other stores that speak S3's protocol take underscores and longer names too. */
  foreignBucket: {
    allowed: 'be a name of a bucket: a–z, 0–9, dashes, underscores and dots inside',
    example: 'litellm-dumps',
    accepts: (name) => FOREIGN_BUCKET.test(name) && !name.includes('..') && !ADDRESS.test(name),
  },
  httpUrl: {
    allowed: 'be an address that begins with https:// or http://',
    example: 'https://storage.example.com',
    accepts: (text) => /^https?:\/\/[^\s/]+/.test(text) && URL.canParse(text),
  },
  duration: {
    allowed: 'be a duration in the words of Go',
    example: '1h0m0s',
    accepts: (text) => DURATION.test(text),
  },
  cidr: {
    allowed: 'be a range of addresses',
    example: '10.0.0.0/8',
    accepts: isRange,
  },
} as const satisfies Readonly<Record<string, NameRule>>;

export type NameKind = keyof typeof NAME_RULES;

function isLabel(name: string): boolean {
  return name.length <= MAX_LABEL && LABEL.test(name);
}

function isSubdomain(name: string): boolean {
  return name.length <= MAX_SUBDOMAIN && SUBDOMAIN.test(name);
}

function isQualified(name: string): boolean {
  return name.length <= MAX_LABEL && QUALIFIED.test(name);
}

function isQualifiedName(key: string): boolean {
  const [first = '', second, ...more] = key.split('/');
  if (more.length > 0) return false;
  return second === undefined ? isQualified(first) : isSubdomain(first) && isQualified(second);
}

function isRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  if (bits === undefined || more.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}
