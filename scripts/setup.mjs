#!/usr/bin/env node
// Makes a fresh clone on a fresh machine ready: Docker engine, base images, npm packages, dist.
// With --no-engine: only npm packages and dist.
import { parseArgs } from 'node:util';
import { runMain } from './setup/say.mjs';
import { setUp } from './setup/set-up.mjs';

const { values } = parseArgs({ options: { 'no-engine': { type: 'boolean', default: false } } });
await runMain(() => setUp({ engine: !values['no-engine'] }));
