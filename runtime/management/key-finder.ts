import type { KeyRecord } from '../directory/records';
import { GatewayError } from '../errors';
import { isGone, selectKeys } from './entity-lookup';
import type { ManagementParts } from './management-parts';
import type { ManagementRequest } from './operation';
import { isOwnKey } from './powers';

type Asker = Pick<ManagementRequest, 'power'>;

/** Finds keys by secret, id or alias, among those that whoever asks may see. Others are as good as unknown. */
export class KeyFinder {
  constructor(private readonly parts: ManagementParts) {}

  async find(request: Asker, named: string): Promise<KeyRecord> {
    const keyId = named.startsWith('sk-') ? await this.parts.identifyKey(named) : named;
    const key = this.parts.desk.directory.keys.get(keyId);
    if (key === undefined || isGone(key, this.parts.clock.wallMs())) throw unknownKey();
    if (!isVisible(request, key)) throw unknownKey();
    return key;
  }

  async findAll(request: Asker, named: readonly string[]): Promise<readonly KeyRecord[]> {
    return Promise.all(named.map((name) => this.find(request, name)));
  }

  findByAlias(request: Asker, alias: string): KeyRecord {
    const key = this.selectVisible(request).find((each) => each.alias === alias);
    if (key === undefined) throw unknownKey();
    return key;
  }

  selectVisible(request: Asker): readonly KeyRecord[] {
    return selectKeys(this.parts.desk.directory, this.parts.clock.wallMs()).filter((key) =>
      isVisible(request, key),
    );
  }
}

function isVisible({ power }: Asker, key: KeyRecord): boolean {
  switch (power.kind) {
    case 'administrator':
    case 'auditor':
      return true;
    case 'manager':
    case 'reader':
      return isOwnKey(power.key, key);
    case 'itself':
      return key.id === power.key.id;
  }
}

function unknownKey(): GatewayError {
  return new GatewayError('unknown_key', 'there is no such key', { param: 'key' });
}
