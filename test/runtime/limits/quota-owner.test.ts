import { ofKey, renderQuotaId, selectMember, selectOwn } from '../../../runtime/limits/quota-owner';
import { aCaller, aKey, aTeam } from './a-caller';

describe('renderQuotaId', () => {
  it('names the owner, the bound and the group it is for', () => {
    const owner = ofKey(aKey({ accountId: 'k1' }));
    expect(renderQuotaId(owner, 'rpm', null)).toBe('key:k1:rpm');
    expect(renderQuotaId(owner, 'tpm', 'gpt-4o')).toBe('key:k1:tpm:gpt-4o');
  });
});

describe('ofKey', () => {
  it('names a key by its alias, or by the little that may be shown of it', () => {
    expect(ofKey(aKey({ alias: 'web' })).owner.name).toBe('web');
    expect(ofKey(aKey()).owner.name).toBe('sk-...Y3mA');
  });
});

describe('selectOwn', () => {
  it('takes no bound from what every object inherits', () => {
    expect(selectOwn({ a: 1 }, 'a')).toBe(1);
    expect(selectOwn({ a: 1 }, 'constructor')).toBeNull();
  });
});

describe('selectMember', () => {
  it('finds the member that the key belongs to, where the team bounds it', () => {
    const members = [
      { userId: 'u1', role: 'user', maxBudgetDollars: 2 },
      { userId: 'u2', role: 'user', maxBudgetDollars: null },
    ] as const;
    const team = aTeam({ members });
    const member = selectMember(aCaller({ userId: 'u1' }, { team }));
    expect(member).toMatchObject({ maxBudgetDollars: 2, entity: { id: 't1\u001fu1' } });
    expect(selectMember(aCaller({ userId: 'u2' }, { team }))).toBeNull();
    expect(selectMember(aCaller({ userId: 'u1' }))).toBeNull();
  });
});
