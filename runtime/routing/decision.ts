/** What follows an attempt. */
export type Decision =
  | { readonly kind: 'answer' }
  | { readonly kind: 'retry'; readonly afterMs: number }
  | {
      readonly kind: 'fallback';
      readonly group: string;
      readonly waitingGroups: readonly string[];
    }
  | { readonly kind: 'fail' };
