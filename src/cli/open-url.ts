import open from 'open';

/** Opens an address in the user's browser, where there is one; says nothing where there is none. */
export async function openUrl(url: string): Promise<void> {
  try {
    const starter = await open(url);
    starter.on('error', () => undefined);
  } catch {
    // The address was printed: the user can open it.
  }
}
