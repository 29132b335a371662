// The start of Node itself: what every cold start is measured against.
import { createServer } from 'node:http';

createServer((_incoming, response) => response.end()).listen(Number(process.argv[2]), '127.0.0.1');
