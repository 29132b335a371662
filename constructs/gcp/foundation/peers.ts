import { requirePeers } from '../../../lib/require-peers';

// Imported before any framework, so that a missing one is named in a sentence and not by a stack trace.
requirePeers({
  by: 'litellm-ha/gcp',
  peers: ['cdktf', 'constructs', '@cdktf/provider-google', '@cdktf/provider-random'],
  // The index of a provider is 40 MB of code; its manifest is there as well.
  resolve: (name) => require.resolve(`${name}/package.json`),
});
