import { requirePeers } from '../../../lib/require-peers';

// Imported before any framework, so that a missing one is named in a sentence and not by a stack trace.
requirePeers({
  by: 'litellm-ha/k8s',
  peers: ['cdk8s', 'cdk8s-plus-28', 'constructs'],
  resolve: (name) => require.resolve(name),
});
