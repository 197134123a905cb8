// Runs a program for WASI in node: the runner of the target wasm32-wasip1.
import fs from 'node:fs';
import { WASI } from 'node:wasi';

const [program, ...args] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args: [program, ...args], env: {}, returnOnExit: true });
const compiled = await WebAssembly.compile(fs.readFileSync(program));
const instance = await WebAssembly.instantiate(compiled, wasi.getImportObject());
process.exit(wasi.start(instance));
