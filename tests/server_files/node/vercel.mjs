// Prints the headers of each path by Vercel's own conversion of vercel.json to routes: vercel.mjs FILE PATH...
import { readFileSync } from "node:fs";
import utils from "@vercel/routing-utils/dist/superstatic.js";

const [file, ...paths] = process.argv.slice(2);
const routes = utils.convertHeaders(JSON.parse(readFileSync(file, "utf8")).headers);
const found = {};
for (const path of paths) {
  const merged = {};
  for (const { src, headers } of routes) {
    const match = new RegExp(src, "i").exec(path);
    for (const [name, value] of match ? Object.entries(headers) : []) {
      merged[name.toLowerCase()] = value.replace(/\$(\d)/g, (_, group) => match[group] ?? "");
    }
  }
  found[path] = Object.entries(merged);
}
console.log(JSON.stringify(found));
