// The price list as the bundle carries it: without what is there for people to read, and as text of JSON, which is read
// in half the time that the same data takes as a program.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import ts from 'typescript';

const PACKAGE = '@pydantic/genai-prices';

/** Nothing of these decides on a price. */
const FOR_PEOPLE = new Set([
  'deprecated',
  'description',
  'extractors',
  'name',
  'price_comments',
  'pricing_urls',
]);

/** The package's own program with less data in it; fails where a new version is built otherwise. */
export function readLeanPrices() {
  const source = readFileSync(createRequire(import.meta.url).resolve(PACKAGE), 'utf8');
  const { start, end } = findData(source);
  const providers = new Function(`return ${source.slice(start, end)}`)();
  const lean = providers.filter(({ id }) => !id.startsWith('huggingface_'));
  const text = JSON.stringify(lean, (key, value) => (FOR_PEOPLE.has(key) ? undefined : value));
  return `${source.slice(0, start)}JSON.parse(${JSON.stringify(text)})${source.slice(end)}`;
}

/** The one list of providers at the top of the program. */
function findData(source) {
  const file = ts.createSourceFile('prices.js', source, ts.ScriptTarget.Latest, true);
  const lists = file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .map(({ initializer }) => initializer)
    .filter((value) => value !== undefined && ts.isArrayLiteralExpression(value))
    .filter(({ elements }) => elements.length > 10);
  if (lists.length !== 1)
    throw new Error(`${PACKAGE} must hold one list of providers, got ${lists.length}`);
  const [list] = lists;
  return { start: list.getStart(), end: list.end };
}
