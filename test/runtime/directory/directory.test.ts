import { Directory } from '../../../runtime/directory/directory';
import type { EntityKind } from '../../../runtime/directory/change';
import { aChange } from './a-change';

describe('Directory', () => {
  it('knows nobody at first', () => {
    const directory = new Directory();
    expect([directory.keys.size, directory.users.size, directory.teams.size]).toEqual([0, 0, 0]);
    expect([directory.position, directory.version]).toEqual([null, 0]);
  });

  it('keeps keys, users and teams apart', () => {
    const directory = new Directory();
    directory.apply([
      aChange({ alias: 'k' }, { entityId: 'same' }),
      aChange({ alias: 'u' }, { entityId: 'same', kind: 'user' }),
      aChange({ alias: 't' }, { entityId: 'same', kind: 'team' }),
    ]);
    expect(directory.keys.get('same')?.alias).toBe('k');
    expect(directory.users.get('same')?.alias).toBe('u');
    expect(directory.teams.get('same')?.alias).toBe('t');
  });

  it('counts a version for what is new, and none for what it heard before', () => {
    const directory = new Directory();
    const change = aChange({ alias: 'a' });
    directory.apply([change]);
    expect(directory.version).toBe(1);
    directory.apply([change]);
    expect(directory.version).toBe(1);
    directory.apply([
      aChange({ alias: 'b' }, { atMs: 2e12 }),
      aChange({ tags: [] }, { atMs: 2e12 + 1 }),
    ]);
    expect(directory.version).toBe(2);
  });

  it('touches what changed and nothing else', () => {
    const directory = new Directory();
    directory.apply(
      Array.from({ length: 10_000 }, (_, index) => aChange({}, { entityId: `key-${index}` })),
    );
    const other = directory.keys.get('key-2');
    directory.apply([aChange({ revoked: true }, { entityId: 'key-1', atMs: 1_800_000_000_000 })]);
    expect(directory.keys.size).toBe(10_000);
    expect(directory.keys.get('key-1')?.revoked).toBe(true);
    expect(directory.keys.get('key-2')).toBe(other);
  });

  it('loses nothing to older states it absorbs', () => {
    const [newer, older] = [new Directory(), new Directory()];
    older.apply([aChange({ alias: 'old', tags: ['kept'] }, { atMs: 1 })]);
    newer.apply([aChange({ alias: 'new', revoked: true }, { atMs: 2 })]);
    newer.absorb(older.readAll());
    expect(newer.keys.get('key-1')).toMatchObject({ alias: 'new', tags: ['kept'], revoked: true });
    const { version } = newer;
    newer.absorb(older.readAll());
    expect(newer.version).toBe(version);
  });

  it('carries fields and kinds that only a newer version knows', () => {
    const directory = new Directory();
    const project = 'project' as EntityKind;
    directory.apply([
      aChange({ fromTheFuture: [1] }),
      aChange({ alias: 'p' }, { kind: project, entityId: 'p-1' }),
    ]);
    const copy = new Directory();
    copy.absorb(directory.readAll());
    expect(copy.read('key', 'key-1')?.fields.get('fromTheFuture')?.value).toEqual([1]);
    expect(copy.read(project, 'p-1')?.fields.get('alias')?.value).toBe('p');
  });

  it('leaves out a change whose stamp is none', () => {
    const directory = new Directory();
    directory.apply([aChange({}, { stamp: 'yesterday' })]);
    expect(directory.keys.size).toBe(0);
  });
});
