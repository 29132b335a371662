import { ArtifactRegistryRepository } from '@cdktf/provider-google/lib/artifact-registry-repository';
import { ArtifactRegistryRepositoryIamMember } from '@cdktf/provider-google/lib/artifact-registry-repository-iam-member';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { IMAGES, renderImage } from '../../../lib/images';
import type { Placement } from '../foundation/placement';

export interface NodeImageProps {
  readonly placement: Placement;
  /** Null: the official image, cached by a repository that is created. */
  readonly existing: string | null;
  /** The IAM member that pulls the image. */
  readonly reader: string;
}

const DOCKER_HUB = 'docker.io/';

/**
 * The Node image that prepares a machine and runs the gateway's code, pinned by digest. Machines
 * pull it through a remote repository in Artifact Registry, which caches what it fetched from Docker
 * Hub. Without one, all machines behind a NAT address share Docker Hub's rate limit, and none can be
 * replaced while Docker Hub is down.
 *
 * Costs: storage of one image, about 80 MB. Survives: the loss of any zone, as the repository is
 * regional. The first pull of a digest still needs Docker Hub; `nodeImage` avoids even that.
 */
export class NodeImage extends Construct {
  readonly reference: string;
  /** Null: an existing image is used. */
  readonly repository: ArtifactRegistryRepository | null;
  /** What must exist before a machine can pull the image. */
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
      description: 'Caches what machines pull from Docker Hub',
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
    // A domain-scoped project is `example.com:my-project`; a registry path takes no colon.
    const host = `${region}-docker.pkg.dev/${project.replace(':', '/')}`;
    const path = renderImage(IMAGES.node).slice(DOCKER_HUB.length);
    this.reference = `${host}/${repositoryId}/${path}`;
    this.ready = [grant];
  }
}
