import { Routes } from '../../../runtime/http/routes';

const chat = { name: 'chat', handlers: {} };
const show = { name: 'show', handlers: {} };
const ROUTES = new Routes(new Map([['/v1/chat', chat]]), [
  { prefix: '/v1/models/', suffix: '', route: show },
]);

describe('Routes', () => {
  it('finds paths as they are written, but for one slash at the end', () => {
    expect(ROUTES.match('/v1/chat')?.route).toBe(chat);
    expect(ROUTES.match('/v1/chat/')?.route).toBe(chat);
    for (const path of ['/v1/chat//', '//v1/chat', '/v1/./chat', '/V1/chat', '/', '']) {
      expect(ROUTES.match(path)).toBeNull();
    }
  });

  it('gives the variable part of a path, decoded', () => {
    expect(ROUTES.match('/v1/models/a%2Fb')).toEqual({ route: show, variable: 'a/b' });
    expect(ROUTES.match('/v1/models/')).toBeNull();
    expect(() => ROUTES.match('/v1/models/%')).toThrow('the path holds a malformed escape');
  });
});
