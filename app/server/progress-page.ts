/** The page at every address while the web application is being built: what happens now, and then the application itself. */
export function progressPage(lines: readonly string[], failed: boolean): string {
  const title = failed ? 'The web application could not be built' : 'Binnacle is building its pages'
  const text = failed
    ? 'Collecting and the API go on. Correct what is named below, then start again.'
    : 'Collecting has begun and the API answers. This takes some seconds on the first start only; the page loads by itself.'
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title}</title>
<style nonce="__CSP_NONCE__">
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; gap: 12px; padding: 24px; font: 13px/1.45 system-ui, sans-serif;
  background: light-dark(#f5f6f8, #0d1015); color: light-dark(#12161c, #e9edf2); }
main { width: min(80ch, 100vw - 48px); }
h1 { font-size: 20px; font-weight: 600; margin: 0 0 4px; }
p { margin: 0 0 16px; color: light-dark(#434d5a, #b1bbc7); }
progress { width: 100%; accent-color: light-dark(#1a5bc4, #7fb0ff); }
pre { font: 12px/1.5 ui-monospace, monospace; color: light-dark(#5f6a78, #8b96a4); white-space: pre-wrap; min-height: 18em; }
</style>
<main>
<h1>${title}</h1>
<p>${text}</p>
${failed ? '' : '<progress aria-label="Building"></progress>'}
<pre>${lines.map(escapeHtml).join('\n')}</pre>
</main>
${failed ? '' : '<script nonce="__CSP_NONCE__">setTimeout(() => location.reload(), 1000)</script>'}
`
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
