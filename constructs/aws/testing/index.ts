export type { Fact, Facts } from '../../../lib/testing/facts';
export { maskAssetHashes } from './mask-asset-hashes';
export { readAwsFacts } from './read-aws-facts';
export { readManifests, type CloudFormationTemplate, type Manifest } from './template';
