// Builds everything the browser loads into repo_service/ui/static/dist:
// hashed files, manifest.json (plain name -> hashed name) and the notice of
// third-party licences. Run `npm ci` first; nothing is fetched here.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../repo_service/ui/static/dist");
const packages = join(here, "node_modules");
const target = ["chrome109", "firefox115", "safari15.4"];
const manifest = {};
// whose licences go along: what the scripts are found to hold, and the two that are no scripts
const bundled = new Set(["@fontsource/be-vietnam-pro", "lucide-static"]);

function write(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const hashed = join(dirname(name), `${basename(name, extname(name))}.${hash}${extname(name)}`);
  const path = join(dist, hashed);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  manifest[name] = hashed;
  return basename(hashed);
}

async function styles() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(here, "css/kho.css")], bundle: true, minify: true, target, write: false,
  });
  write("kho.css", outputFiles[0].contents);
}

// pdf.js is a module, and so is its worker; both load on the page of one document only
const entries = { kho: "iife", htmx: "iife", upload: "iife", pdf: "esm", "pdf.worker": "esm" };

async function scripts() {
  for (const [name, format] of Object.entries(entries)) {
    const { outputFiles, metafile } = await esbuild.build({
      entryPoints: [join(here, `js/${name}.js`)], bundle: true, minify: true, target, format, metafile: true,
      legalComments: "linked", outfile: join(dist, `${name}.js`), write: false, charset: "utf8",
    });
    for (const file of outputFiles)
      if (file.path.endsWith(".LEGAL.txt")) writeFileSync(join(dist, `${name}.LEGAL.txt`), file.contents);
      else write(`${name}.js`, file.contents);
    for (const path of Object.keys(metafile.inputs)) {
      const owner = path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1];
      if (owner) bundled.add(owner);
    }
  }
  // linked by no page: the accessibility tests put it into the pages they look at
  mkdirSync(join(dist, "dev"), { recursive: true });
  writeFileSync(join(dist, "dev/axe.min.js"), readFileSync(join(packages, "axe-core/axe.min.js")));
}

// What pdf.js asks for by name while it reads: fonts that a document does not bring, tables of letters, decoders.
function pdfAssets() {
  const from = join(packages, "pdfjs-dist");
  const { version } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  for (const folder of ["cmaps", "standard_fonts", "wasm", "iccs"])
    cpSync(join(from, folder), join(dist, `pdfjs-${version}`, folder), { recursive: true });
}

function icons() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").trim().split(/\s+/);
  const symbols = names.map((name) => {
    const svg = readFileSync(join(packages, `lucide-static/icons/${name}.svg`), "utf8");
    const body = svg.replace(/<!--.*?-->/gs, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
  });
  write("icons.svg", `<!-- Lucide icons, ISC licence --><svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

// fontTools makes the files small and the TTFs of written PDFs; where no Python
// has it, the pages still get the package's own, somewhat larger, woff2 files.
function makeFonts(folder) {
  const source = join(packages, "@fontsource/be-vietnam-pro/files");
  for (const python of [process.env.PYTHON, join(here, "../.venv/bin/python"), "python3"].filter(Boolean)) {
    const run = spawnSync(python, [join(here, "fonts.py"), source, folder, process.execPath], { encoding: "utf8" });
    if (run.status === 0) return;
    if (run.error?.code !== "ENOENT" && !/No module named 'fontTools'/.test(run.stderr)) throw new Error(run.stderr);
  }
  console.warn("fonts: no Python with fontTools; pages get larger fonts, written PDFs have none of ours");
  for (const range of ["latin", "vietnamese"])
    for (const weight of [400, 600])
      writeFileSync(
        join(folder, `be-vietnam-pro-${range}-${weight}.woff2`),
        readFileSync(join(source, `be-vietnam-pro-${range}-${weight}-normal.woff2`)),
      );
}

function fonts() {
  const folder = mkdtempSync(join(tmpdir(), "kho-fonts-"));
  let css = readFileSync(join(here, "css/fonts.css"), "utf8");
  try {
    makeFonts(folder);
    for (const name of readdirSync(folder).sort()) {
      const hashed = write(`fonts/${name}`, readFileSync(join(folder, name)));
      css = css.replaceAll(`url("${name}")`, `url("fonts/${hashed}")`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  write("fonts.css", esbuild.transformSync(css, { loader: "css", minify: true, target }).code);
}

function notice() {
  const parts = [...bundled].sort().map((name) => {
    const { version, license } = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8"));
    const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((n) => join(packages, name, n)).find((path) => existsSync(path));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(file, "utf8").trim() : ""}\n`;
  });
  writeFileSync(join(dist, "THIRD-PARTY.txt"), parts.join(`\n${"-".repeat(72)}\n\n`));
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await styles();
await scripts();
pdfAssets();
icons();
fonts();
notice();
// last of all: a manifest means that the build is whole
writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
