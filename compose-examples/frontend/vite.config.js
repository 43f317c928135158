import { defineConfig } from 'vite';

export default defineConfig(async ({ command }) => ({
  server: { host: '0.0.0.0', port: 8080, strictPort: true },
  plugins: command === 'serve' ? [await reloadOnPublicFiles()] : [],
}));

/** The plugin is there in the live image only: see `dev-run` in the Dockerfile. */
async function reloadOnPublicFiles() {
  const { default: fullReload } = await import('vite-plugin-full-reload');
  return fullReload('public/**');
}
