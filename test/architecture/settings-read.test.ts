import { join } from 'node:path';
import ts from 'typescript';
import { PROJECT_ROOT, projectFiles } from '../support/project-files';
import { settingRows } from '../support/setting-rows';

const TYPES = join(PROJECT_ROOT, 'lib/config/gateway-config.ts');

/** Where a typed setting can have an effect. What merely fills it in has none. */
const READERS = projectFiles().filter(
  (path) =>
    path.endsWith('.ts') &&
    (path.startsWith('runtime/') || (path.startsWith('lib/') && !path.startsWith('lib/config/'))),
);

describe('SETTINGS', () => {
  it('says done of no setting whose typed field nobody reads', () => {
    const { program, checker } = load();
    const reads = findReads(program, checker);
    const fields = new Set(
      settingRows().flatMap(({ fate }) => (fate.kind === 'done' ? fate.fields : [])),
    );
    const root = typeOfConfig(program, checker);

    const unread = [...fields].filter((field) => {
      const place = placeOf(field, root, checker);
      return place === null || !isRead(place, reads, checker);
    });

    expect(fields.size).toBeGreaterThan(80);
    expect(unread).toEqual([]);
  }, 120_000);
});

function load(): { readonly program: ts.Program; readonly checker: ts.TypeChecker } {
  const files = READERS.map((path) => join(PROJECT_ROOT, path));
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
  });
  return { program, checker: program.getTypeChecker() };
}

function typeOfConfig(program: ts.Program, checker: ts.TypeChecker): ts.Type {
  const source = program.getSourceFile(TYPES);
  const found = source?.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === 'GatewayConfig',
  );
  if (found === undefined) throw new Error(`${TYPES} declares no GatewayConfig`);
  return checker.getTypeAtLocation(found);
}

/** A property, and the part of the configuration that has it. */
interface Place {
  readonly owner: ts.Type;
  readonly property: ts.Symbol;
}

/** Where a path ends. Whoever reads a map of names reads all of them, so below one that is the map. */
function placeOf(field: string, root: ts.Type, checker: ts.TypeChecker): Place | null {
  let type = root;
  let place: Place | null = null;
  for (const step of field.split('.')) {
    const property = type.getProperty(step.replace('[]', ''));
    if (property === undefined) return type.getStringIndexType() === undefined ? null : place;
    if (property.declarations?.some(ts.isPropertySignature) !== true) return place;
    place = { owner: type, property };
    type = checker.getNonNullableType(checker.getTypeOfSymbol(property));
    if (step.endsWith('[]')) type = checker.getIndexTypeOfType(type, ts.IndexKind.Number) ?? type;
  }
  return place;
}

/** By name: the types from which some code takes a property of that name. */
type Reads = ReadonlyMap<string, ReadonlySet<ts.Type>>;

function findReads(program: ts.Program, checker: ts.TypeChecker): Reads {
  const reads = new Map<string, Set<ts.Type>>();
  const add = (name: string, from: ts.Type): void => {
    const types = reads.get(name) ?? new Set();
    reads.set(name, types.add(checker.getNonNullableType(from)));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      add(node.name.text, checker.getTypeAtLocation(node.expression));
    }
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const name = node.propertyName ?? node.name;
      if (ts.isIdentifier(name)) add(name.text, checker.getTypeAtLocation(node.parent));
    }
    ts.forEachChild(node, visit);
  };
  for (const path of READERS) {
    const source = program.getSourceFile(join(PROJECT_ROOT, path));
    if (source !== undefined) visit(source);
  }
  return reads;
}

/** Read as what it is, be it of a part or of something more, or as an interface of the reader's own asks for it. */
function isRead({ owner, property }: Place, reads: Reads, checker: ts.TypeChecker): boolean {
  return [...(reads.get(property.name) ?? [])].some((type) => {
    const read = type.getProperty(property.name);
    if (read !== undefined && checker.getRootSymbols(read).includes(property)) return true;
    const isOpaque = (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0;
    return !isOpaque && checker.isTypeAssignableTo(owner, type);
  });
}
