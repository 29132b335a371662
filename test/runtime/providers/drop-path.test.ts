import { dropPaths, selectRoot } from '../../../runtime/providers/drop-path';

const BODY = {
  user: 'u',
  metadata: { team: 't', deep: { er: 1 } },
  tools: [
    { name: 'a', strict: true },
    { name: 'b', strict: false },
  ],
};

describe('dropPaths', () => {
  it.each([
    ['user', { metadata: BODY.metadata, tools: BODY.tools }],
    ['metadata.deep.er', { ...BODY, metadata: { team: 't', deep: {} } }],
    ['tools[*].strict', { ...BODY, tools: [{ name: 'a' }, { name: 'b' }] }],
    ['tools[1].strict', { ...BODY, tools: [BODY.tools[0], { name: 'b' }] }],
    ['tools[0]', { ...BODY, tools: [BODY.tools[1]] }],
    ['tools[*]', { ...BODY, tools: [] }],
  ])('takes out what %s leads to', (path, left) => {
    expect(dropPaths(BODY, [path])).toEqual(left);
  });

  it.each([
    'nothing',
    'user.name',
    'metadata[0]',
    'tools.name',
    'tools[9].name',
    'tools[x]',
    '[0]',
    '',
    'a'.repeat(10).split('').join('.').repeat(3),
    '__proto__.polluted',
    'constructor',
  ])('leaves a body as it is where %s leads nowhere', (path) => {
    expect(dropPaths(BODY, [path])).toEqual(BODY);
  });

  it('changes a copy alone', () => {
    const before = structuredClone(BODY);
    dropPaths(BODY, ['tools[*].strict', 'metadata.team']);
    expect(BODY).toEqual(before);
  });
});

describe('selectRoot', () => {
  it('tells the field that a path begins with', () => {
    expect(['user', 'metadata.team', 'tools[*].strict'].map(selectRoot)).toEqual([
      'user',
      'metadata',
      'tools',
    ]);
  });
});
