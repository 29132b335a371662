import { parseJwtConfig } from '../../../../lib/config/jwt-config';
import type { JwtConfig } from '../../../../lib/config/jwt-config';
import { readClaims } from '../../../../runtime/auth/jwt/read-claims';
import type { Claims, JwtIdentity } from '../../../../runtime/auth/jwt/read-claims';

const config = (parts: Partial<JwtConfig> = {}): JwtConfig => ({ ...parseJwtConfig({}), ...parts });

function identity(claims: Claims, parts: Partial<JwtConfig> = {}): JwtIdentity {
  const reading = readClaims(claims, config(parts));
  if (reading.kind === 'refused') throw new Error(reading.message);
  return reading.identity;
}

function refusal(claims: Claims, parts: Partial<JwtConfig> = {}): string {
  const reading = readClaims(claims, config(parts));
  return reading.kind === 'refused' ? reading.message : 'accepted';
}

describe('readClaims', () => {
  it('takes a token that says nothing for a member of nothing, named by its subject', () => {
    expect(identity({ sub: 'ann' })).toEqual({
      kind: 'member',
      subject: 'ann',
      userId: null,
      userEmail: null,
      teamId: null,
      teamIds: [],
      organizationId: null,
      endUser: null,
      models: [],
    });
  });

  it('makes an administrator of the scope alone, as text or as a list', () => {
    const scope = 'openid litellm_proxy_admin';
    expect(identity({ scope }).kind).toBe('administrator');
    expect(identity({ scope: ['litellm_proxy_admin'] }).kind).toBe('administrator');
    for (const other of ['litellm_proxy_administrator', 'xlitellm_proxy_admin', '', undefined]) {
      expect(identity({ scope: other }).kind).toBe('member');
    }
    expect(identity({ scope: '' }, { adminScope: '' }).kind).toBe('member');
    expect(identity({ roles: ['litellm_proxy_admin'] }, { rolesClaim: 'roles' }).kind).toBe(
      'member',
    );
  });

  it('rejects scopes that are neither text nor a list of texts', () => {
    for (const scope of [1, { a: 1 }, [1], true, null]) {
      expect(refusal({ scope })).toBe('the claim scope must be text or a list of texts');
    }
  });

  it('finds claims by dotted paths, and names that have dots of their own', () => {
    const claims = {
      resource: { gateway: { team: 't' } },
      'https://example.com/user': 'u',
      customer: { id: 7 },
    };
    expect(
      identity(claims, {
        teamIdClaim: 'resource.gateway.team',
        userIdClaim: 'https://example.com/user',
        endUserIdClaim: 'customer.id',
      }),
    ).toMatchObject({ teamId: 't', userId: 'u', endUser: '7', subject: 'u' });
    expect(identity({}, { userIdClaim: 'constructor.name' }).userId).toBeNull();
  });

  it('takes nothing for an id that is no short text', () => {
    for (const user of ['', 'x'.repeat(257), 'a\nb', {}, ['u'], null, true]) {
      expect(identity({ user }, { userIdClaim: 'user' }).userId).toBeNull();
    }
  });

  it('names the user by the e-mail address where the token has no id', () => {
    const parts = { userIdClaim: 'uid', userEmailClaim: 'email' };
    expect(identity({ email: 'a@b.test' }, parts)).toMatchObject({ userId: 'a@b.test' });
    expect(identity({ email: 'a@b.test', uid: 'u' }, parts)).toMatchObject({ userId: 'u' });
  });

  it('rejects a token without the team it has to have, unless there is a standard one', () => {
    const parts = { teamIdClaim: 'team', teamIdsClaim: 'groups' };
    const message =
      "No team found in token. Checked team_id field 'team' and team_alias field 'None'";
    expect(refusal({}, parts)).toBe(message);
    expect(refusal({ groups: ['a'] }, parts)).toBe(message);
    expect(identity({}, { ...parts, standardTeamId: 's' }).teamId).toBe('s');
    expect(refusal({ scope: 'litellm_proxy_admin' }, parts)).toBe('accepted');
  });

  it('lists the teams of a token that names several', () => {
    const parts = { teamIdsClaim: 'groups' };
    expect(identity({ groups: ['a', 'b', 3] }, parts).teamIds).toEqual(['a', 'b']);
    expect(identity({ groups: 'a' }, parts).teamIds).toEqual(['a']);
    expect(refusal({}, { ...parts, teamForModels: 'required' })).toBe(
      'No teams found in token. `enforce_team_based_model_access` is set to True. Token must belong to a team.',
    );
  });

  it('bounds the models by the scopes, and scopes for none mean none', () => {
    const modelsByScope = [
      { scope: 'small', models: ['mini', 'nano'] },
      { scope: 'large', models: ['maxi'] },
    ];
    const modelsOf = (scope: string) => identity({ scope }, { modelsByScope }).models;
    expect(modelsOf('small large')).toEqual(['mini', 'nano', 'maxi']);
    expect(modelsOf('small')).toEqual(['mini', 'nano']);
    expect(modelsOf('other')).toEqual(['no-default-models']);
    expect(identity({ scope: 'other' }).models).toEqual([]);
  });

  it('takes the id of an object for a user or for a team, as the role says', () => {
    const parts: Partial<JwtConfig> = {
      rolesClaim: 'roles',
      objectIdClaim: 'oid',
      roleMappings: [
        { role: 'app', internalRole: 'team' },
        { role: 'person', internalRole: 'internal_user' },
      ],
    };
    const of = (roles: unknown) => identity({ roles, oid: 'o' }, parts);
    expect(of(['app'])).toMatchObject({ teamId: 'o', userId: null });
    expect(of('person')).toMatchObject({ teamId: null, userId: 'o' });
    expect(of(['stranger'])).toMatchObject({ teamId: null, userId: null });
  });

  it('rejects a token that belongs to nobody where enforce_rbac is on', () => {
    const parts: Partial<JwtConfig> = {
      belonging: 'required',
      userRolesClaim: 'roles',
      userAllowedRoles: ['staff'],
    };
    const message =
      'Unmatched token passed in. enforce_rbac is set to True. Token must belong to a proxy admin, team, or user.';
    expect(refusal({ sub: 'ann' }, parts)).toBe(message);
    // LiteLLM compares a text letter by letter with the list.
    expect(refusal({ roles: 's' }, parts)).toBe(message);
    expect(refusal({ roles: ['staff'] }, parts)).toBe('accepted');
    expect(refusal({ user: 'u' }, { ...parts, userIdClaim: 'user' })).toBe('accepted');
  });
});
