import { ArtifactRegistryRepository } from '@cdktf/provider-google/lib/artifact-registry-repository';
import { ArtifactRegistryRepositoryIamMember } from '@cdktf/provider-google/lib/artifact-registry-repository-iam-member';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { IMAGES, renderImage } from '../../../lib/images';
import type { Placement } from '../foundation/placement';

export interface NodeImageProps {
  readonly placement: Placement;
  /** Null: the stock image, through a repository that is created. */
  readonly existing: string | null;
  /** The IAM member that pulls the image. */
  readonly reader: string;
}

const DOCKER_HUB = 'docker.io/';

/**
 * The image with Node that prepares a machine and runs the gateway's code: pinned by digest, and pulled through a
 * repository in Artifact Registry that keeps what it fetched from Docker Hub. Machines of one NAT address share Docker Hub's
 * rate limit; this asks it once for each digest, and an outage of Docker Hub keeps no machine from being replaced.
 *
 * Costs: storage of one image of about 80 MB. Survives the loss of any zone: the repository is regional. The very first
 * machine of a digest needs Docker Hub; bring an image of your own to need it never.
 */
export class NodeImage extends Construct {
  readonly reference: string;
  /** Null: the image was brought. */
  readonly repository: ArtifactRegistryRepository | null;
  /** What has to stand before a machine can pull the image. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { placement, existing, reader }: NodeImageProps) {
    super(scope, id);
    if (existing !== null) {
      this.reference = existing;
      this.repository = null;
      this.ready = [];
      return;
    }
    const { name, project, region } = placement;
    const repositoryId = `${name}-docker-hub`;
    this.repository = new ArtifactRegistryRepository(this, 'Repository', {
      project,
      location: region,
      repositoryId,
      description: 'Docker Hub, kept at hand: what machines pull when they start',
      format: 'DOCKER',
      mode: 'REMOTE_REPOSITORY',
      remoteRepositoryConfig: { dockerRepository: { publicRepository: 'DOCKER_HUB' } },
    });
    const grant = new ArtifactRegistryRepositoryIamMember(this, 'Pull', {
      project,
      location: region,
      repository: this.repository.name,
      role: 'roles/artifactregistry.reader',
      member: reader,
    });
    // A project of a domain is `example.com:my-project`, and a path in the registry has no colon.
    const host = `${region}-docker.pkg.dev/${project.replace(':', '/')}`;
    const path = renderImage(IMAGES.node).slice(DOCKER_HUB.length);
    this.reference = `${host}/${repositoryId}/${path}`;
    this.ready = [grant];
  }
}
