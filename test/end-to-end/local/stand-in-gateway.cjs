// Answers like a gateway as far as the supervisor is concerned: readiness, slow answers, a drain on SIGTERM.
const { createServer } = require('node:http');

const server = createServer((request, response) => {
  if (request.url.startsWith('/health/')) return void response.end('ok');
  // Never answered: what only a frozen gateway would do.
  if (request.url === '/endless') return void response.write('first');
  request.resume();
  setTimeout(() => {
    response.setHeader('x-key', process.env.LITELLM_MASTER_KEY ?? 'none');
    response.setHeader('x-base', process.env.OPENAI_BASE_URL ?? 'none');
    response.end(process.env.PORT);
  }, 150);
});
server.listen(Number(process.env.PORT), process.env.HOST);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
