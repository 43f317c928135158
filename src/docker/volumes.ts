import { json } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import type { Volume } from './engine.js';
import { type Modem, streamed } from './streamed-request.js';

export async function createVolume(modem: Modem, { name, labels }: Volume): Promise<void> {
  const body = { Name: name, Labels: labels };
  await finished((await streamed(modem, { path: '/volumes/create', method: 'POST', body })).resume());
}

export async function listVolumes(modem: Modem, label: string): Promise<Volume[]> {
  const query = { filters: JSON.stringify({ label: [label] }) };
  const answer = (await json(await streamed(modem, { path: '/volumes', method: 'GET', query }))) as {
    // null where there is none
    readonly Volumes: readonly { readonly Name: string; readonly Labels: Volume['labels'] | null }[] | null;
  };
  return (answer.Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }));
}

export async function removeVolume(modem: Modem, name: string): Promise<void> {
  await finished((await streamed(modem, { path: `/volumes/${encodeURIComponent(name)}`, method: 'DELETE' })).resume());
}
