import { Database, type DatabaseChoice, Spread } from '../../../../constructs/k8s';
import {
  createDatabase,
  type DatabaseInUse,
} from '../../../../constructs/k8s/database/create-database';
import { SOME_PODS, someSecrets, synthesizeBlock } from '../blocks';
import { findObject, type Manifest, podsOf } from '../manifests';
import { aRegionPlan } from '../plans';
import { synthesizePattern } from '../synthesize';

const PASSWORD = { secretName: 'postgres', key: 'password' };

function build(choice: DatabaseChoice): DatabaseInUse {
  const plan = aRegionPlan();
  const made: DatabaseInUse[] = [];
  synthesizeBlock((chart) => {
    const props = {
      plan,
      namespace: 'models',
      secrets: someSecrets(plan),
      spread: Spread.nodes(),
      ...SOME_PODS,
      place: null,
    };
    made.push(createDatabase(chart, choice, props));
  });
  const [database] = made;
  if (database === undefined) throw new Error('the block was not built');
  return database;
}

function environmentOf(manifests: readonly Manifest[]): Readonly<Record<string, unknown>> {
  const [container] = findObject(manifests, 'Deployment', 'litellm').spec.template.spec.containers;
  return Object.fromEntries(
    container.env.map((each: Manifest) => [each.name, each.value ?? each.valueFrom.secretKeyRef]),
  );
}

describe('Database', () => {
  it('is PostgreSQL under Patroni behind a pooler, unless another kind is chosen', () => {
    const database = build(Database.patroni());
    const { kind, writer, primary, password, readerDatabaseName } = database;

    expect(kind).toBe('patroni');
    expect(writer).toEqual({ host: 'litellm-pooler.models.svc', port: 6432 });
    expect(primary).toEqual({ host: 'litellm-postgres.models.svc', port: 5432 });
    expect(readerDatabaseName).toBe('litellm_readonly');
    expect(password).toEqual({ secretName: 'litellm-generated', key: 'database-password' });
  });

  it('takes the password that the operator CloudNativePG makes up', () => {
    const { writer, reader, primary, password } = build(Database.cloudNativePg());

    expect(writer).toEqual({ host: 'litellm-pooler.models.svc', port: 5432 });
    expect(reader).toEqual({ host: 'litellm-pooler-ro.models.svc', port: 5432 });
    expect(primary).toEqual({ host: 'litellm-postgres-rw.models.svc', port: 5432 });
    expect(password).toEqual({ secretName: 'litellm-postgres-app', key: 'password' });
  });

  it('makes nothing where a database is brought, and connects to it with its name checked', () => {
    const manifests = synthesizePattern({
      database: Database.existing({
        host: 'primary.example.com',
        readerHost: 'replicas.example.com',
        port: 6543,
        databaseName: 'gateway',
        userName: 'proxy',
        password: PASSWORD,
      }),
    });

    expect(environmentOf(manifests)).toMatchObject({
      DATABASE_PASSWORD: { name: 'postgres', key: 'password' },
      DATABASE_URL:
        'postgresql://proxy:$(DATABASE_PASSWORD)@primary.example.com:6543/gateway?sslmode=verify-full',
      DATABASE_URL_READ_REPLICA:
        'postgresql://proxy:$(DATABASE_PASSWORD)@replicas.example.com:6543/gateway?sslmode=verify-full',
    });
    expect(podsOf(manifests).map(([name]) => name)).not.toContain('StatefulSet/litellm-postgres');
    expect(manifests.filter(({ kind }) => kind === 'CronJob')).toEqual([]);
  });

  it('generates no password that nobody uses', () => {
    const manifests = synthesizePattern({
      database: Database.existing({ host: 'db.example.com', password: PASSWORD }),
    });
    const job = manifests.find((each) => /secret-generator-/.test(each.metadata.name));

    expect(JSON.stringify(job)).not.toContain('database-password');
    expect(JSON.stringify(job)).toContain('master-key');
  });

  it('rejects what cannot stand in a URL, all of it at once', () => {
    expect(() =>
      build(
        Database.existing({
          host: 'postgres://db',
          databaseName: 'my-db',
          port: 0,
          password: PASSWORD,
        }),
      ),
    ).toThrow(
      'database: 5 problems\n' +
        '  - database.host must be a host name or an IPv4 address, got 13 characters that are none; ' +
        'write it like postgres.example.com, without scheme, user or port\n' +
        '  - database.readerHost must be a host name or an IPv4 address, got 13 characters that are ' +
        'none; write it like postgres.example.com, without scheme, user or port\n' +
        '  - database.directHost must be a host name or an IPv4 address, got 13 characters that are ' +
        'none; write it like postgres.example.com, without scheme, user or port\n' +
        '  - database.databaseName must consist of lower-case letters, digits and underscores, got ' +
        '"my-db"; give the gateway a database and a role of such a name\n' +
        '  - database.port must be a whole number from 1 to 65535, got 0; correct it',
    );
  });
});
