/** Where a right key came from: the peer, and what the proxies before it say. */
interface Place {
  readonly peer: string;
  readonly forwarded: string | undefined;
}

/** A key is used by a few applications, each behind a few load balancers. */
const MOST_PLACES = 16;
const MOST_KEYS = 10_000;

/**
 * Remembers which keys were shown from where. Written for the hot path: a key that comes from where it came before costs one
 * look into a map, and makes nothing.
 */
export class ProvenPlaces {
  /** The key that was added first comes first. */
  private readonly byKey = new Map<string, Place[]>();

  get size(): number {
    return this.byKey.size;
  }

  has(key: string, peer: string, forwarded: string | undefined): boolean {
    const places = this.byKey.get(key);
    if (places === undefined) return false;
    for (const place of places) {
      if (place.peer === peer && place.forwarded === forwarded) return true;
    }
    return false;
  }

  add(key: string, peer: string, forwarded: string | undefined): void {
    if (this.has(key, peer, forwarded)) return;
    const places = this.byKey.get(key);
    if (places !== undefined) {
      places.push({ peer, forwarded });
      if (places.length > MOST_PLACES) places.shift();
      return;
    }
    this.byKey.set(key, [{ peer, forwarded }]);
    if (this.byKey.size <= MOST_KEYS) return;
    for (const first of this.byKey.keys()) {
      this.byKey.delete(first);
      break;
    }
  }
}
