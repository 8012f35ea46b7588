import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ENTRY = fileURLToPath(new URL('../../dist/client/index.js', import.meta.url));

/**
 * The client as a page loads it: one module, minified.
 * @throws where it needs anything beside it
 */
export async function bundleClient(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: {
        input: ENTRY,
        preserveEntrySignatures: 'strict',
        output: { format: 'es', minify: true },
      },
    },
  });
  const [chunk, ...others] = 'output' in result ? result.output : [];
  if (
    chunk?.type !== 'chunk' ||
    others.length > 0 ||
    chunk.imports.length + chunk.dynamicImports.length > 0
  ) {
    throw new Error('The client is not one module that needs nothing beside it');
  }
  return chunk.code;
}
