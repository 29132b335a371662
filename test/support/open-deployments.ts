import type { OpenDeployment } from '../../runtime/routing/decide';

/** Without an order, and asked by this call before. */
export const TRIED: OpenDeployment = { order: Infinity, tried: 'yes' };

/** So many that this call has not asked, of one order. */
export function untried(count: number, order = Infinity): readonly OpenDeployment[] {
  return Array.from({ length: count }, () => ({ order, tried: 'no' }));
}
