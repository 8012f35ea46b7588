/** Certificates for tests, made anew by the `openssl` command line. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate with its private key, each as a file and as the PEM text in it. */
export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly certificate: string;
  readonly key: string;
}

export interface TlsCertificates {
  /** Signs the two others. */
  readonly authority: Certificate;
  readonly server: Certificate;
  readonly client: Certificate;
  /** Removes the files. May be called twice. */
  close(): Promise<void>;
}

export interface TlsCertificatesOptions {
  /** Host names and IP addresses of the server certificate; `localhost` and `127.0.0.1` by default. */
  readonly hosts?: readonly string[];
}

/**
 * An authority of its own each time, so the certificates of two calls do not trust each other. They hold for two days.
 * @throws an error that says the line to type, where there is no `openssl`.
 */
export async function makeTlsCertificates(options: TlsCertificatesOptions = {}): Promise<TlsCertificates> {
  const { hosts = ['localhost', '127.0.0.1'] } = options;
  const folder = await mkdtemp(join(tmpdir(), 'activation-gateway-tls-'));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(join(folder, 'openssl.cnf'), configuration(hosts));
    const authority = await makeAuthority(folder);
    return {
      authority,
      server: await makeSigned(folder, 'server', authority),
      client: await makeSigned(folder, 'client', authority),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function configuration(hosts: readonly string[]): string {
  const names = hosts.map((host) => `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`);
  return `
[req]
distinguished_name = name
prompt = no
[name]
commonName = \${ENV::COMMON_NAME}
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:false
extendedKeyUsage = serverAuth
subjectAltName = ${names.join(', ')}
[client]
basicConstraints = CA:false
extendedKeyUsage = clientAuth
`;
}

async function makeAuthority(folder: string): Promise<Certificate> {
  const files = await makeKey(folder, 'authority');
  await openssl(folder, 'authority', [
    ...['req', '-new', '-x509', '-config', 'openssl.cnf', '-extensions', 'authority', '-days', '2'],
    ...['-key', files.keyFile, '-out', files.certificateFile],
  ]);
  return read(files);
}

async function makeSigned(
  folder: string,
  kind: 'server' | 'client',
  authority: Certificate,
): Promise<Certificate> {
  const files = await makeKey(folder, kind);
  const request = join(folder, `${kind}.csr`);
  await openssl(folder, kind, [
    ...['req', '-new', '-config', 'openssl.cnf', '-key', files.keyFile, '-out', request],
  ]);
  await openssl(folder, kind, [
    ...['x509', '-req', '-extfile', 'openssl.cnf', '-extensions', kind, '-days', '2'],
    ...['-CA', authority.certificateFile, '-CAkey', authority.keyFile, '-CAcreateserial'],
    ...['-in', request, '-out', files.certificateFile],
  ]);
  return read(files);
}

type CertificateFiles = Pick<Certificate, 'certificateFile' | 'keyFile'>;

async function makeKey(folder: string, kind: string): Promise<CertificateFiles> {
  const keyFile = join(folder, `${kind}.key`);
  await openssl(folder, kind, [
    ...['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-out', keyFile],
  ]);
  return { keyFile, certificateFile: join(folder, `${kind}.crt`) };
}

async function read(files: CertificateFiles): Promise<Certificate> {
  const [certificate, key] = await Promise.all([
    readFile(files.certificateFile, 'utf8'),
    readFile(files.keyFile, 'utf8'),
  ]);
  return { ...files, certificate, key };
}

async function openssl(folder: string, commonName: string, args: readonly string[]): Promise<void> {
  try {
    await run('openssl', args, {
      cwd: folder,
      env: { ...process.env, COMMON_NAME: `activation-gateway test ${commonName}` },
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error('The TLS tests need openssl: apt-get install openssl   or   brew install openssl', {
        cause: error,
      });
    }
    throw error;
  }
}
