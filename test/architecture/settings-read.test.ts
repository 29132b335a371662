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
    const read = propertiesRead(program, checker);
    const fields = new Set(
      settingRows().flatMap(({ fate }) => (fate.kind === 'done' ? fate.fields : [])),
    );
    const root = typeOfConfig(program, checker);

    const unread = [...fields].filter((field) => {
      const property = propertyAt(field, root, checker);
      return property === null || !read.has(property);
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

/** The declared property that a path ends at; below a map of names that is the map. */
function propertyAt(field: string, root: ts.Type, checker: ts.TypeChecker): ts.Symbol | null {
  let type = root;
  let property: ts.Symbol | null = null;
  for (const step of field.split('.')) {
    const next = type.getProperty(step.replace('[]', ''));
    if (next === undefined) return isMapOfNames(type) ? property : null;
    property = next;
    type = checker.getNonNullableType(checker.getTypeOfSymbol(next));
    if (step.endsWith('[]')) type = checker.getIndexTypeOfType(type, ts.IndexKind.Number) ?? type;
  }
  return property;
}

const isMapOfNames = (type: ts.Type): boolean => type.getStringIndexType() !== undefined;

/** Every property of the typed configuration that some code takes a value from. */
function propertiesRead(program: ts.Program, checker: ts.TypeChecker): ReadonlySet<ts.Symbol> {
  const read = new Set<ts.Symbol>();
  const add = (symbol: ts.Symbol | undefined): void => {
    for (const declared of symbol === undefined ? [] : checker.getRootSymbols(symbol)) {
      const isOurs = declared.declarations?.some(
        (declaration) => declaration.getSourceFile().fileName === TYPES,
      );
      if (isOurs) read.add(declared);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) add(checker.getSymbolAtLocation(node.name));
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const name = node.propertyName ?? node.name;
      if (ts.isIdentifier(name)) {
        add(checker.getTypeAtLocation(node.parent).getProperty(name.text));
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const path of READERS) {
    const source = program.getSourceFile(join(PROJECT_ROOT, path));
    if (source !== undefined) visit(source);
  }
  return read;
}
