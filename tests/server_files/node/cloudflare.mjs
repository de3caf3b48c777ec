// Serves a folder as Cloudflare does and prints the headers of each path: cloudflare.mjs FOLDER PATH...
import { Miniflare } from "miniflare";

const [folder, ...paths] = process.argv.slice(2);
const server = new Miniflare({
  modules: true,
  script: "export default { fetch: () => new Response() }",
  compatibilityDate: "2025-01-01",
  host: "127.0.0.1",
  port: 0,
  assets: { directory: folder, routerConfig: { has_user_worker: false }, assetConfig: {} },
});
const found = {};
for (const path of paths) {
  found[path] = [...(await server.dispatchFetch(`http://localhost${path}`)).headers];
}
await server.dispose();
console.log(JSON.stringify(found));
