/** The file a container runs: `node gateway.js`, told by its environment what to do. */
import { runFromEnvironment } from './main';

void runFromEnvironment(process.env).then((exitCode) => {
  process.exit(exitCode);
});
