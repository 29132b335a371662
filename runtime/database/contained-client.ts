import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import { containPostgres } from '../../lib/contain-postgres';

/** A connection whose server can end it with whatever bytes, and nothing beside it. */
export class ContainedClient extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    containPostgres(this);
  }
}
