import type { Change, EntityKind } from '../directory/change';
import { parseStamp } from '../directory/stamp';
import { askStore } from './directory-writer';
import type { ManagementParts } from './management-parts';
import type { ManagementRequest, Operation } from './operation';
import { parsePageQuery, selectText } from './page-query';
import { invalid } from './parse-body';
import type { Row } from './render-rows';
import { renderTime } from './render-rows';

const KINDS: readonly EntityKind[] = ['key', 'user', 'team'];

/** `/audit`: who changed what, and when: the change log itself. */
export function createAuditOperations(parts: ManagementParts): readonly Operation[] {
  return [
    {
      name: 'audit',
      method: 'GET',
      access: 'read-all',
      paths: ['/audit'],
      run: (request) => readAudit(parts, request),
    },
  ];
}

async function readAudit(parts: ManagementParts, { query }: ManagementRequest): Promise<Row> {
  const { page, size } = parsePageQuery(query, 'page_size', { standard: 10, most: 100 });
  const asked = selectText(query, 'object_type');
  const kind = KINDS.find((each) => each === asked) ?? null;
  if (asked !== null && kind === null) throw invalid('object_type', 'must be key, user or team');
  const filter = {
    kind,
    entityId: selectText(query, 'object_id'),
    actor: selectText(query, 'changed_by'),
  };
  // One more than a page tells whether there is a next one, without counting the log.
  const found = await askStore(() =>
    parts.spend.readChanges(filter, { limit: size + 1, offset: (page - 1) * size }),
  );
  return {
    audit_logs: found.slice(0, size).map(renderChange),
    page,
    page_size: size,
    has_more: found.length > size,
  };
}

function renderChange({ stamp, kind, entityId, fields, actor, region }: Change): Row {
  return {
    id: stamp,
    updated_at: renderTime(parseStamp(stamp).wallMs),
    changed_by: actor,
    action: fields.revoked === true ? 'deleted' : 'updated',
    object_type: kind,
    object_id: entityId,
    updated_values: fields,
    region,
  };
}
