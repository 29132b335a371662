import type { ClosingPlan } from '../blocks';

/** Where what closes a region is kept, and how the steps speak of it. */
export interface SwitchPlace {
  readonly heldIn: string;
  /** `the switch of us-east-1, kept in us-west-2,`. */
  readonly called: string;
}

/** A switch is kept where the region that leads can always reach it; a setting, where its service lives. */
export function placeSwitch(
  closing: ClosingPlan,
  { target, heir }: { readonly target: string; readonly heir: string },
): SwitchPlace {
  switch (closing.kind) {
    case 'switch':
      return { heldIn: heir, called: `the switch of ${target}, kept in ${heir},` };
    case 'setting':
      return { heldIn: closing.home, called: `the dial of ${target}, kept in ${closing.home},` };
  }
}

/** Whether what would close a region is lost together with it. Then only its load balancer's silence leads clients away. */
export function isSwitchLost(closing: ClosingPlan, lostRegion: string): boolean {
  return closing.kind === 'setting' && closing.home === lostRegion;
}
