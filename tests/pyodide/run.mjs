// Runs a Python text in Pyodide without any network: node run.mjs FOLDER_OF_PYODIDE SCRIPT ARCHIVE...
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, script, ...archives] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(folder, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: folder + "/" });
for (const archive of archives) {
  python.unpackArchive(new Uint8Array(readFileSync(archive)), "wheel");
}
try {
  python.runPython(readFileSync(script, "utf8"));
} catch (error) {
  console.error(String(error).slice(-2000));
  process.exit(1);
}
