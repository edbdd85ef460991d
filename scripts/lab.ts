/**
 * `npm run lab`: the lab with `examples/hub-router.yaml`; `npm run lab -- -f examples/https-apis.yaml` takes another spec, and
 * other options of `lakegate lab` go the same way.
 */
process.env.LAKEGATE_FILE ??= 'examples/hub-router.yaml';
process.argv.splice(2, 0, 'lab');
await import(new URL('../bin/lakegate.js', import.meta.url).href);
