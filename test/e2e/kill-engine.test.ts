import test from 'ava';
import { attack } from '../attack/attack.js';
import { OwnEngine } from '../helpers/own-engine.js';
import { drawFrom } from '../soak/edits.js';

const minute = 60_000;

let engine: OwnEngine;

test.before(async () => {
  engine = await OwnEngine.start('busybox:1.37');
  process.env.DOCKER_HOST = engine.address;
});

test.after.always(() => engine?.stop());

for (const runs of [true, false])
  test.serial(
    `an engine killed in pushes ${runs ? 'with' : 'without'} steps harms nothing, and the next save goes live`,
    async (t) => {
      t.timeout(8 * minute);
      const onProgress = (line: string) => t.log(line.split('\n')[0]);
      const failures = await attack({ kind: 'engine', runs, tries: 2, engine, draw: drawFrom(5), onProgress });
      t.is(failures.join('\n\n'), '');
    },
  );
