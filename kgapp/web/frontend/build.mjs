// Bundles what pages load into the folder that is given. What differs from run to run stays out.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { argv } from "node:process";
import { build } from "esbuild";

const here = import.meta.dirname;
const [out] = argv.slice(2);
const tokens = join(here, "node_modules/@digital-go-jp/design-tokens");

/** The design tokens that the stylesheet names, each once, in the order of the package. */
async function usedTokens(stylesheet) {
  const declared = new Map(
    [...(await readFile(join(tokens, "dist/tokens.css"), "utf8")).matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(
      ([, name, value]) => [name, value],
    ),
  );
  const named = new Set([...stylesheet.matchAll(/var\((--[\w-]+),/g)].map(([, name]) => name));
  const unknown = [...named].filter((name) => !declared.has(name));
  if (unknown.length) throw new Error(`no such design token: ${unknown.join(", ")}`);
  return [...declared].filter(([name]) => named.has(name));
}

const used = await usedTokens(await readFile(join(here, "../static/base.css"), "utf8"));
const rules = used.map(([name, value]) => `${name}:${value}`).join(";");
const licence = (await readFile(join(tokens, "LICENSE"), "utf8")).trim();

await mkdir(out, { recursive: true });
await build({
  stdin: { contents: `:root{${rules}}`, loader: "css" },
  banner: { css: `/*! Design tokens of the Digital Agency, Japan (@digital-go-jp/design-tokens)\n\n${licence}\n*/` },
  outfile: join(out, "tokens.css"),
  minify: true,
});
