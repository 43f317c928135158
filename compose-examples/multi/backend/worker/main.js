import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { describe } from '../shared/describe.js';

const apiUrl = process.env.API_URL ?? 'http://localhost:8080';
const pauseMs = Number(process.env.PAUSE_MS ?? 5000);

async function fetchJob() {
  const response = await fetch(new URL(`/jobs?worker=${hostname()}`, apiUrl), { method: 'POST' });
  return response.json();
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());

while (true) {
  try {
    console.log(describe(await fetchJob()));
  } catch {
    console.log('the API does not answer, trying again');
  }
  await setTimeout(pauseMs);
}
