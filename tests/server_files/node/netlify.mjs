// Prints what Netlify's parser makes of a file, as its command line merges it for each path: netlify.mjs FILE PATH...
import { parseAllHeaders } from "@netlify/headers-parser";

const [file, ...paths] = process.argv.slice(2);
const isToml = file.endsWith(".toml");
const { headers } = await parseAllHeaders({
  headersFiles: isToml ? [] : [file],
  netlifyConfigPath: isToml ? file : undefined,
  configHeaders: [],
  minimal: false,
});
const found = {};
for (const path of paths) {
  const rules = headers.filter(({ forRegExp }) => forRegExp.test(path));
  found[path] = Object.entries(Object.assign({}, ...rules.map(({ values }) => values)));
}
console.log(JSON.stringify(found));
