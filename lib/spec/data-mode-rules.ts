import { listDataModes, listTargetsOffering, selectDataMode } from '../topology/data-modes';
import type { MultiRegionRule } from './multi-region-rule';
import { listRegionSpecs } from './multi-region-spec';

/** Where keys, budgets and spend are kept when there is more than one region. */
export const DATA_MODE_RULES: readonly MultiRegionRule[] = [
  {
    id: 'data-mode.target',
    because: 'A data mode is a product, and not every target has it.',
    check: ({ dataMode }, { target }) => {
      if (selectDataMode(target, dataMode) !== null) return [];
      const offering = listTargetsOffering(dataMode);
      return [
        {
          path: 'dataMode',
          allowed: `be offered by ${target}: ${listDataModes(target).join(', ')}`,
          got: JSON.stringify(dataMode),
          fix:
            offering.length === 0
              ? 'choose one of those'
              : `choose one of those, or deploy to ${offering.join(' or ')}`,
        },
      ];
    },
  },
  {
    id: 'data-mode.regions',
    because: 'A database that spans regions spans only so many.',
    check: (spec, { target }) => {
      const mode = selectDataMode(target, spec.dataMode);
      const count = listRegionSpecs(spec).length;
      if (mode === null || count <= mode.maxRegions.value) return [];
      return [
        {
          path: 'regions',
          allowed: `be at most ${mode.maxRegions.value} in data mode ${spec.dataMode} (${mode.maxRegions.source})`,
          got: String(count),
          fix: 'remove some, or choose another dataMode',
        },
      ];
    },
  },
  {
    id: 'data-mode.witness',
    because:
      'Two regions that lose sight of each other need a third to decide; anywhere else it would stand idle.',
    check: (spec, { target }) => {
      if (spec.pattern !== 'active-active') return [];
      const mode = selectDataMode(target, spec.dataMode);
      if (mode === null) return [];
      const { witnessRegion } = spec;
      const taken = spec.regions.some(({ region }) => region === witnessRegion);
      if (mode.witness === 'none') {
        if (witnessRegion === null) return [];
        return [
          {
            path: 'witnessRegion',
            allowed: `be left out in data mode ${spec.dataMode} (${mode.product})`,
            got: JSON.stringify(witnessRegion),
            fix: 'remove it',
          },
        ];
      }
      if (witnessRegion !== null && !taken) return [];
      return [
        {
          path: 'witnessRegion',
          allowed: `be a region besides ${spec.regions.map(({ region }) => region).join(' and ')} (${mode.product})`,
          got: witnessRegion === null ? 'nothing' : JSON.stringify(witnessRegion),
          fix: 'name a third region, where only the log of the database is kept',
        },
      ];
    },
  },
  {
    id: 'data-mode.writer',
    because: 'Writes go where the writer is; a writer elsewhere, or one too many, takes none.',
    check: (spec, { target }) => {
      const mode = selectDataMode(target, spec.dataMode);
      if (mode === null) return [];
      if (spec.pattern === 'active-passive') {
        if (mode.writers === 'one') return [];
        return [
          {
            path: 'dataMode',
            allowed: 'have one writer, because a standby that writes is no standby',
            got: JSON.stringify(spec.dataMode),
            fix: "choose 'shared-writer', or use ActiveActive",
          },
        ];
      }
      if (spec.writerRegion === null) return [];
      const names = spec.regions.map(({ region }) => region);
      if (mode.writers === 'one' && names.includes(spec.writerRegion)) return [];
      return [
        {
          path: 'writerRegion',
          allowed:
            mode.writers === 'one'
              ? `be one of the regions (${names.join(', ')})`
              : `be left out in data mode ${spec.dataMode}, in which every region writes`,
          got: JSON.stringify(spec.writerRegion),
          fix: mode.writers === 'one' ? 'choose one of those' : 'remove it',
        },
      ];
    },
  },
  {
    id: 'objectives.rpo-asynchronous',
    because:
      'A write that is acknowledged before another region has it is lost with the region; no objective changes that.',
    check: (spec, { target }) => {
      const mode = selectDataMode(target, spec.dataMode);
      const [first] = listRegionSpecs(spec);
      if (mode === null || mode.replication === 'synchronous') return [];
      if (first?.spec.objectives.rpoSeconds !== 0) return [];
      const lag = mode.expectedLagSeconds;
      return [
        {
          path: 'objectives.rpoSeconds',
          allowed: `be above 0 in data mode ${spec.dataMode}, which acknowledges a write before another region has it (0 s + a lag of ${lag.value} s = ${lag.value} s lost with a region — ${lag.source})`,
          got: '0',
          fix: `demand ${lag.value} or more, or ${describeSynchronousChoice(target)}`,
        },
      ];
    },
  },
];

function describeSynchronousChoice(target: Parameters<typeof listDataModes>[0]): string {
  const here = listDataModes(target).find(
    (mode) => selectDataMode(target, mode)?.replication === 'synchronous',
  );
  if (here !== undefined) return `use ActiveActive with dataMode '${here}'`;
  return `use ActiveActive with dataMode 'distributed-sql' on ${listTargetsOffering('distributed-sql').join(' or ')}`;
}
