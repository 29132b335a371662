import { execFileSync } from 'node:child_process';
import { renderCurl, renderSimulation, renderStatusTable } from '../../../operations/local/banner';

describe('renderStatusTable', () => {
  it('aligns its columns', () => {
    const rows = [
      { name: 'load-balancer', address: '127.0.0.1:4000', pid: null, state: '3 of 3 replicas up' },
      { name: 'gateway-1', address: '127.0.0.1:4101', pid: 12, state: 'ready' },
    ];
    expect(renderStatusTable(rows)).toBe(
      '  NAME           ADDRESS         PID  STATE\n' +
        '  load-balancer  127.0.0.1:4000  ·    3 of 3 replicas up\n' +
        '  gateway-1      127.0.0.1:4101  12   ready\n',
    );
  });
});

describe('renderCurl', () => {
  it('reaches the shell as it was meant, whatever the model is called', () => {
    const line = renderCurl({ url: 'http://h:1', key: 'sk-1', model: `it's "$HOME"` });
    const words = execFileSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${line}`], {
      encoding: 'utf8',
    });
    expect(words.trimEnd().split('\n')).toEqual([
      'http://h:1/v1/chat/completions',
      '-H',
      'Authorization: Bearer sk-1',
      '-H',
      'Content-Type: application/json',
      '-d',
      `{"model":"it's \\"$HOME\\"","messages":[{"role":"user","content":"Hello!"}]}`,
    ]);
  });
});

describe('renderSimulation', () => {
  const nothing = { environment: {}, simulatedKeys: [], placeholders: [], missing: [] };

  it('is silent when everything is real', () => {
    expect(renderSimulation(nothing)).toEqual([]);
  });

  it('names each key that is not set', () => {
    expect(
      renderSimulation({ ...nothing, simulatedKeys: ['OPENAI_API_KEY'], placeholders: ['A', 'B'] }),
    ).toEqual([
      'OPENAI_API_KEY is not set: answers come from a simulated provider.',
      'A, B are not set: placeholders stand in, their deployments cannot answer.',
    ]);
  });
});
