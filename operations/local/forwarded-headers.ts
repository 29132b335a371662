/** Headers that speak of one connection, not of the message. `transfer-encoding` is kept: it frames the body. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'upgrade',
]);

/** Name, value, name, value … without what belongs to the connection, in the order and the spelling of the sender. */
function selectEndToEndHeaders(rawHeaders: readonly string[]): readonly string[] {
  const named = namedByConnection(rawHeaders);
  return pairsOf(rawHeaders).flatMap(([name, value]) => {
    const key = name.toLowerCase();
    return HOP_BY_HOP.has(key) || named.has(key) ? [] : [name, value];
  });
}

/** What a client receives; how the body is framed on its connection is for that connection to decide. */
export function selectAnswerHeaders(rawHeaders: readonly string[]): readonly string[] {
  return pairsOf(selectEndToEndHeaders(rawHeaders))
    .filter(([name]) => name.toLowerCase() !== 'transfer-encoding')
    .flat();
}

/** What a replica receives: the client's headers, and who the client is. */
export function planForwardedHeaders(
  rawHeaders: readonly string[],
  clientAddress: string,
): readonly string[] {
  const before = pairsOf(rawHeaders)
    .filter(([name]) => name.toLowerCase() === 'x-forwarded-for')
    .map(([, value]) => value);
  const own = new Set(['x-forwarded-for', 'x-forwarded-proto']);
  const kept = pairsOf(selectEndToEndHeaders(rawHeaders)).filter(
    ([name]) => !own.has(name.toLowerCase()),
  );
  return [
    ...kept.flat(),
    'X-Forwarded-For',
    [...before, clientAddress].join(', '),
    'X-Forwarded-Proto',
    'http',
  ];
}

function namedByConnection(rawHeaders: readonly string[]): ReadonlySet<string> {
  const values = pairsOf(rawHeaders)
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.split(','));
  return new Set(values.map((value) => value.trim().toLowerCase()));
}

function pairsOf(rawHeaders: readonly string[]): readonly (readonly [string, string])[] {
  return Array.from({ length: Math.floor(rawHeaders.length / 2) }, (_, index) => [
    rawHeaders[index * 2] ?? '',
    rawHeaders[index * 2 + 1] ?? '',
  ]);
}
