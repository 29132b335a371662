/** A container image that this project runs, pinned. */
export interface PinnedImage {
  /** Registry and repository, without a tag. */
  readonly name: string;
  readonly tag: string;
  /** Digest of the multi-platform index. Null: the tag is never moved by its makers, and no digest is known here. */
  readonly digest: string | null;
}

/**
 * Images by purpose. To refresh one: choose the newest patch release, read its digest with
 * `docker buildx imagetools inspect name:tag`, change both here.
 */
export const IMAGES = {
  /** Stock Node: runs the gateway's bundle and the jobs. */
  node: {
    name: 'docker.io/library/node',
    tag: '22-bookworm-slim',
    digest: 'sha256:43ac6c60b8f89723f746e8a92ce91abd5017e627ce1ddfe4238355d3a30b772c',
  },
  /** PostgreSQL 16 with Patroni 3.3, by Zalando. */
  patroni: { name: 'ghcr.io/zalando/spilo-16', tag: '3.3-p3', digest: null },
  /** PostgreSQL 16 by the CloudNativePG project, without Barman: the plugin brings it along. Bring a digest to pin it. */
  cloudNativePg: {
    name: 'ghcr.io/cloudnative-pg/postgresql',
    tag: '16.14-standard-bookworm',
    digest: null,
  },
  /** 1.25.2 is the first release without the four vulnerabilities made public in May 2026. */
  pgbouncer: {
    name: 'docker.io/edoburu/pgbouncer',
    tag: 'v1.25.2-p0',
    digest: 'sha256:7d7a27d9e90985cab5cf42256f5c13a3120baa4b055b69df37beb272b89b2340',
  },
  /** Redis's protocol, Sentinel and files under an open licence. */
  valkey: {
    name: 'docker.io/valkey/valkey',
    tag: '8.1-alpine',
    digest: 'sha256:e0eb7c480958d32bdc4357a74bdd70653ae15f2f9b4c93c4a5a9fad1dc471c84',
  },
  /** PostgreSQL 16 without Patroni: its tools take and test backups. */
  postgres: {
    name: 'docker.io/library/postgres',
    tag: '16-alpine',
    digest: 'sha256:57c72fd2a128e416c7fcc499958864df5301e940bca0a56f58fddf30ffc07777',
  },
  /** Copies backups to object storage of any maker. */
  rclone: {
    name: 'docker.io/rclone/rclone',
    tag: '1.75.1',
    digest: 'sha256:45401ad7410db1d67ffdb58e19059ad20b0d8e0285a60e38bbec55cc1019c7a5',
  },
  /** Load tests. */
  k6: {
    name: 'docker.io/grafana/k6',
    tag: '1.0.0',
    digest: 'sha256:f21270290d702cbf0a7d6ba5d7ed100b63bcb233b558b885ed787547b3488279',
  },
} as const satisfies Readonly<Record<string, PinnedImage>>;

/** `docker.io/library/node:22-bookworm-slim@sha256:…`; the digest decides, the tag is for the reader. */
export function renderImage(image: PinnedImage): string {
  const reference = `${image.name}:${image.tag}`;
  return image.digest === null ? reference : `${reference}@${image.digest}`;
}
