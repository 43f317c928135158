import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { playStory } from './story.js';

const folder = 'fixtures/screens';

for (const behaviour of readdirSync(folder)) {
  test(`on a screen: ${behaviour.replaceAll('-', ' ')}`, async (t) => {
    const shown = await playStory(JSON.parse(readFileSync(`${folder}/${behaviour}/story.json`, 'utf8')));
    t.is(await shown.screen(), readFileSync(`${folder}/${behaviour}/screen.txt`, 'utf8'));
    await shown.display.close();
    t.false(shown.terminal.isCursorHidden);
  });
}
