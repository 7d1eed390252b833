// Bundles what pages load into the folder that is given. What differs from run to run stays out.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argv } from "node:process";
import { build } from "esbuild";

const here = import.meta.dirname;
const [out] = argv.slice(2);
const modules = join(here, "node_modules");
const tokens = "@digital-go-jp/design-tokens";

/** The design tokens that the stylesheet names, each once, in the order of the package. */
async function usedTokens(stylesheet) {
  const declared = new Map(
    [...(await readFile(join(modules, tokens, "dist/tokens.css"), "utf8")).matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(
      ([, name, value]) => [name, value],
    ),
  );
  const named = new Set([...stylesheet.matchAll(/var\((--[\w-]+),/g)].map(([, name]) => name));
  const unknown = [...named].filter((name) => !declared.has(name));
  if (unknown.length) throw new Error(`no such design token: ${unknown.join(", ")}`);
  return [...declared].filter(([name]) => named.has(name));
}

/** The npm packages that went into a bundle. */
function packages(metafile) {
  const found = Object.keys(metafile.inputs).map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
  return new Set(found.filter(Boolean));
}

const used = await usedTokens(await readFile(join(here, "../static/base.css"), "utf8"));
const rules = used.map(([name, value]) => `${name}:${value}`).join(";");

await mkdir(out, { recursive: true });
await build({
  stdin: { contents: `:root{${rules}}`, loader: "css" },
  banner: { css: "/*! Design tokens of the Digital Agency, Japan: MIT, see licences.txt */" },
  outfile: join(out, "tokens.css"),
  minify: true,
});
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: [
    ...["editor.js", "query-editor.js", "completion.js"],
    ...["copying.js", "picture.js", "moving-picture.js", "suggest.js"],
  ],
  external: ["./query-editor.js", "./completion.js", "./moving-picture.js"],
  outdir: out,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  metafile: true,
});
const licences = [tokens, ...[...packages(metafile)].sort()].map(
  async (name) => `${name}\n\n${(await readFile(join(modules, name, "LICENSE"), "utf8")).trim()}\n`,
);
await writeFile(join(out, "licences.txt"), (await Promise.all(licences)).join("\n\n"));
