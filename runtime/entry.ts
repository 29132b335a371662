/** The file a container runs: `node gateway.js` with `CONFIG_FILE_PATH`, `HOST` and `PORT`. */
import { serveFromEnvironment } from './main';

void serveFromEnvironment(process.env).then((exitCode) => {
  process.exit(exitCode);
});
