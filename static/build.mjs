// Builds build/static: app.js (one file), the lazy elements (own files with their hash in the name), app.css, the fonts.
import { spawn } from "node:child_process";
import { copyFile, mkdir, readdir, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "static", "src");
const target = join(root, "build", "static");
const watch = process.argv.includes("--watch");
const require = createRequire(import.meta.url);

const shared = {
  bundle: true,
  minify: !watch,
  format: "esm",
  target: "es2022",
  outdir: target,
  legalComments: "linked",
  logLevel: "warning",
  absWorkingDir: root,
};

/** Builds every lazy element and answers {"rules": "rules-ABCDEFGH.js", ...}. */
async function buildLazy() {
  const folder = join(source, "lazy");
  const entryPoints = (await readdir(folder)).filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
  const result = await esbuild.build({ ...shared, entryPoints, entryNames: "[name]-[hash]", metafile: true });
  const names = {};
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint) names[basename(output.entryPoint, ".ts")] = basename(file);
  }
  return names;
}

async function buildScripts() {
  const names = await buildLazy();
  const entryPoints = [join(source, "app.ts")];
  await esbuild.build({ ...shared, entryPoints, define: { LAZY_FILES: JSON.stringify(names) } });
}

function buildStyles(...more) {
  const cli = join(dirname(require.resolve("@tailwindcss/cli/package.json")), "dist", "index.mjs");
  const flags = ["-i", join(source, "app.css"), "-o", join(target, "app.css"), "--minify", ...more];
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [cli, ...flags], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    child.stderr.on("data", (text) => { errors += text; if (watch) process.stderr.write(text); });
    child.on("exit", (code) => (code ? fail(new Error(errors)) : done()));
  });
}

async function copyFonts() {
  const folder = join(dirname(require.resolve("@fontsource-variable/inter/package.json")), "files");
  await mkdir(join(target, "fonts"), { recursive: true });
  const files = (await readdir(folder)).filter((name) => name.endsWith("-wght-normal.woff2"));
  await Promise.all(files.map((name) => copyFile(join(folder, name), join(target, "fonts", name))));
  await copyFile(join(dirname(folder), "LICENSE"), join(target, "fonts", "LICENSE.txt"));
}

async function copyImages() {
  const folder = join(source, "images");
  await Promise.all((await readdir(folder)).map((name) => copyFile(join(folder, name), join(target, name))));
}

async function newest(folder) {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".ts"));
  return Math.max(...(await Promise.all(files.map(async (name) => (await stat(join(folder, name))).mtimeMs))));
}

async function watchScripts() {
  let seen = await newest(source);
  setInterval(async () => {
    const now = await newest(source);
    if (now <= seen) return;
    seen = now;
    await buildScripts().then(() => console.log("scripts built"), () => {});
  }, 500);
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await Promise.all([buildScripts(), copyFonts(), copyImages(), watch ? null : buildStyles()]).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
if (watch) {
  await watchScripts();
  await buildStyles("--watch=always");
}
