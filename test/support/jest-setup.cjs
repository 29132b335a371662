const { chmodSync, mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/**
 * Gives the whole run one temporary folder. The CDK frameworks write their output there and rely on the process's exit
 * to remove it, which never comes for them under jest.
 */
module.exports = async function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'litellm-ha-test-'));
  // PostgreSQL refuses to run as root, so its user must be able to pass through.
  chmodSync(folder, 0o711);
  process.env.LITELLM_HA_TEST_FOLDER = folder;
  process.env.TMPDIR = folder;
};
