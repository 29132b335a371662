import { isSwitchLost, placeSwitch } from '../../../lib/failover/switch-place';

const SETTING = { kind: 'setting', service: 'an accelerator', home: 'us-west-2' } as const;
const PLACE = { target: 'us-east-1', heir: 'eu-west-1' };

describe('placeSwitch', () => {
  it('keeps a switch in the region that leads', () => {
    expect(placeSwitch({ kind: 'switch' }, PLACE)).toEqual({
      heldIn: 'eu-west-1',
      called: 'the switch of us-east-1, kept in eu-west-1,',
    });
  });

  it('finds a setting where its service lives', () => {
    expect(placeSwitch(SETTING, PLACE)).toEqual({
      heldIn: 'us-west-2',
      called: 'the dial of us-east-1, kept in us-west-2,',
    });
  });
});

describe('isSwitchLost', () => {
  it('is so for a setting whose home is lost, and for no switch', () => {
    expect(isSwitchLost(SETTING, 'us-west-2')).toBe(true);
    expect(isSwitchLost(SETTING, 'us-east-1')).toBe(false);
    expect(isSwitchLost({ kind: 'switch' }, 'us-west-2')).toBe(false);
  });
});
