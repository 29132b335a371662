import { IMAGES } from '../../../../lib/images';
import { anInstanceGroup, resourceOf, synthesize, type TerraformJson } from '../synthesize';

const REPOSITORY = 'google_artifact_registry_repository';
const GRANT = 'google_artifact_registry_repository_iam_member';

describe('NodeImage', () => {
  it('is pulled by digest through a repository in the region that keeps it', () => {
    const output = synthesize();
    const { digest, tag } = IMAGES.node;

    expect(resourceOf(output, REPOSITORY)).toMatchObject({
      project: 'my-project',
      location: 'us-central1',
      repository_id: 'litellm-docker-hub',
      format: 'DOCKER',
      mode: 'REMOTE_REPOSITORY',
      remote_repository_config: { docker_repository: { public_repository: 'DOCKER_HUB' } },
    });
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(imagesOf(output)).toEqual([
      `us-central1-docker.pkg.dev/my-project/litellm-docker-hub/library/node:${tag}@${digest}`,
    ]);
  });

  it('lets replicas pull from that repository alone', () => {
    const output = synthesize();

    expect(resourceOf(output, GRANT)).toEqual({
      project: 'my-project',
      location: 'us-central1',
      repository: expect.stringMatching(/^\$\{google_artifact_registry_repository\.\w+\.name\}$/),
      role: 'roles/artifactregistry.reader',
      member: expect.stringMatching(/^\$\{google_service_account\.\w+Reader\w+\.member\}$/),
    });
    expect(JSON.stringify(output.resource.google_project_iam_member)).not.toContain('registry');
  });

  it('leaves nothing for a machine to fetch from outside Google Cloud', () => {
    const template = JSON.stringify(synthesize().resource.google_compute_instance_template);
    const addresses = template.match(/\b[a-z0-9-]+(\.[a-z0-9-]+)*\.(io|dev|com|org|net)\b/g) ?? [];

    expect([...new Set(addresses)].sort()).toEqual([
      'secretmanager.googleapis.com',
      'storage.googleapis.com',
      'us-central1-docker.pkg.dev',
      'www.googleapis.com',
    ]);
  });

  it('writes the project of a domain as the registry does', () => {
    expect(imagesOf(synthesize({ project: 'example.com:my-project' }))).toEqual([
      expect.stringMatching(
        /^us-central1-docker\.pkg\.dev\/example\.com\/my-project\/litellm-docker-hub\/library\/node:/,
      ),
    ]);
  });

  it('takes an image that is brought, and creates no repository then', () => {
    const nodeImage = `us-docker.pkg.dev/my-project/images/node@sha256:${'0'.repeat(64)}`;
    const output = synthesize({ compute: anInstanceGroup({ nodeImage }) });

    expect(imagesOf(output)).toEqual([nodeImage]);
    expect(output.resource).not.toHaveProperty(REPOSITORY);
    expect(output.resource).not.toHaveProperty(GRANT);
  });
});

/** Each image that the unit of a replica runs, once. */
function imagesOf(output: TerraformJson): readonly string[] {
  const template = JSON.stringify(resourceOf(output, 'google_compute_instance_template'));
  const images = [...template.matchAll(/ (\S+) node \/(?:etc|gateway)\//g)].map(
    ([, image]) => image,
  );
  return [...new Set(images.map((image) => image ?? ''))];
}
