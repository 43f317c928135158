import test from 'ava';
import { rulesOfBuildKit, rulesOfEngine } from '../../src/dockerfile/builder-rules.js';

test('an engine has the rules of its BuildKit', (t) => {
  const engines = {
    '26.1.5+dfsg1': 13,
    '27.2.0': 14,
    '27.5.1': 18,
    '28.0.0-rc.1': 20,
    '28.5.2+dfsg4': 25,
    '29.0.0': 30,
  };
  for (const [version, minor] of Object.entries(engines)) {
    t.deepEqual(rulesOfEngine(version), rulesOfBuildKit(minor), version);
  }
  t.is(rulesOfEngine('dev'), undefined);
});

test('each rule begins with a BuildKit', (t) => {
  t.like(rulesOfBuildKit(15), { modes: 'octal-or-ignored', modeOfParents: false, ownerOfMembers: false });
  t.like(rulesOfBuildKit(19), { modes: 'octal', modeOfParents: false, ownerOfMembers: false });
  t.like(rulesOfBuildKit(20), { modes: 'symbolic', modeOfParents: false, ownerOfMembers: false });
  t.like(rulesOfBuildKit(22), { modes: 'symbolic', modeOfParents: true, ownerOfMembers: false });
  t.like(rulesOfBuildKit(23), { modes: 'symbolic', modeOfParents: true, ownerOfMembers: true });
});
