/**
 * How a subscription comes to be without its password being logged. PostgreSQL writes statements that fail, or that take
 * long, into its log as they are; what a function runs stands in the context of errors and warnings. So the subscription is
 * made with a password that opens nothing, told the true one by a setting of the session, and only then begun.
 *
 * @see https://www.postgresql.org/docs/16/sql-createsubscription.html
 */

/** Opens nothing; a user who is no superuser must name one. */
export const PLACEHOLDER_PASSWORD = 'told-later';

/** Settings of a session that `CONNECT_SUBSCRIPTION` reads. */
export const CONNECTION_SETTINGS = {
  subscription: 'gateway.subscription',
  connection: 'gateway.connection',
} as const;

/** Where the rows of a peer are received from. */
export interface PeerAddress {
  readonly host: string;
  readonly port: number;
  readonly databaseName: string;
  readonly userName: string;
  readonly sslMode: 'require' | 'disable';
}

/** A connection string of libpq. A name that resolves slowly, or leads nowhere, must not hold the rest up. */
export function renderConnection(address: PeerAddress, password: string): string {
  const fields = {
    host: address.host,
    port: String(address.port),
    dbname: address.databaseName,
    user: address.userName,
    sslmode: address.sslMode,
    connect_timeout: '10',
    password,
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}='${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`)
    .join(' ');
}

/**
 * Nothing is asked of the peer yet. `origin = none` takes only what was written there: no row returns. The slot is made
 * beforehand, in the peer.
 */
export function renderSubscriptionOptions(): string {
  return 'connect = false, origin = none, disable_on_error = false';
}

/** SQL that makes a subscription which does nothing yet. */
export function renderCreateSubscription(input: {
  readonly subscription: string;
  readonly slot: string;
  readonly address: PeerAddress;
  readonly publications: readonly string[];
}): string {
  const { subscription, slot, address, publications } = input;
  return `CREATE SUBSCRIPTION ${quoteName(subscription)}
  CONNECTION ${quoteText(renderConnection(address, PLACEHOLDER_PASSWORD))}
  PUBLICATION ${publications.map(quoteName).join(', ')}
  WITH (slot_name = ${quoteText(slot)}, ${renderSubscriptionOptions()});`;
}

/**
 * Tells a subscription how the peer is reached, by the settings of the session. Of what fails only the message is passed on:
 * its context holds the statement.
 */
export const CONNECT_SUBSCRIPTION = `DO $body$
BEGIN
  EXECUTE format('ALTER SUBSCRIPTION %I CONNECTION %L',
    current_setting('${CONNECTION_SETTINGS.subscription}'), current_setting('${CONNECTION_SETTINGS.connection}'));
EXCEPTION WHEN OTHERS THEN
  RAISE EXCEPTION '%', SQLERRM USING ERRCODE = SQLSTATE;
END $body$;`;

/** Begins to receive, and copies the rows of tables that were not received before; each statement stands alone. */
export function renderFillSubscription(name: string): readonly string[] {
  return [
    `ALTER SUBSCRIPTION ${name} ENABLE;`,
    `ALTER SUBSCRIPTION ${name} REFRESH PUBLICATION WITH (copy_data = true);`,
  ];
}

/** As a name of SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** As a text of SQL, by the standard: a backslash is a letter like any other. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
