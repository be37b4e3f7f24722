import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const backend = process.env['BINNACLE_URL'] ?? 'http://127.0.0.1:9090'

/** How the web application is built into dist/ui, and served in development in front of a running Binnacle. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // The server writes a fresh nonce over this word in every answer.
  html: { cspNonce: '__CSP_NONCE__' },
  server: { proxy: { '/api': { target: backend, ws: true } } },
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    target: 'es2024',
    // The content security policy allows no data: fonts or styles.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The list of chunks by page, which the size budget is computed from.
    manifest: true,
  },
})
