import { readFile, writeFile } from 'node:fs/promises';

const systemBundle = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Writes all certificates that this machine trusts, those which an environment variable adds included, into one file,
 * so that a build inside the image reaches what this machine reaches.
 * @param {string} file
 */
export async function writeCertificates(file) {
  const { NODE_EXTRA_CA_CERTS, SSL_CERT_FILE } = process.env;
  const sources = new Set([systemBundle, SSL_CERT_FILE, NODE_EXTRA_CA_CERTS].filter((name) => name !== undefined));
  /** @type {Set<string>} */
  const certificates = new Set();
  for (const source of sources) {
    const text = await readFile(source, 'utf8').catch(() => '');
    for (const [certificate] of text.matchAll(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)) {
      certificates.add(certificate);
    }
  }
  await writeFile(file, [...certificates, ''].join('\n'));
}
