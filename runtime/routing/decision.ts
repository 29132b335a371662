/** What follows an attempt. */
export type Decision =
  | { readonly kind: 'answer' }
  | {
      readonly kind: 'retry';
      readonly afterMs: number;
      /** Orders of the group that have had their attempts. */
      readonly spentOrders: readonly number[];
    }
  | {
      readonly kind: 'fallback';
      readonly group: string;
      readonly waitingGroups: readonly string[];
    }
  | { readonly kind: 'fail' };
