// Serves a folder with superstatic, as `firebase serve` does, and prints the headers of each path: firebase.cjs FOLDER FILE PATH...
const { readFileSync } = require("node:fs");
const superstatic = require("superstatic");

const [folder, file, ...paths] = process.argv.slice(2);
const { headers } = JSON.parse(readFileSync(file, "utf8")).hosting;
const app = superstatic.server({ config: { public: folder, headers }, port: 0, host: "127.0.0.1" });
const listener = app.listen(async () => {
  const found = {};
  for (const path of paths) {
    found[path] = [...(await fetch(`http://127.0.0.1:${listener.address().port}${path}`)).headers];
  }
  console.log(JSON.stringify(found));
  process.exit(0);
});
