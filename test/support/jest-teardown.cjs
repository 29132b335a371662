const { rmSync } = require('node:fs');

module.exports = async function teardown() {
  const folder = process.env.LITELLM_HA_TEST_FOLDER;
  if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
};
