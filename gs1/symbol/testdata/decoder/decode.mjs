// Reads symbols for the tests. A line on standard input is "matrix" or "linear", a space and a PNG in base64; the line on standard
// output is a JSON array of what is in it. Linear readers are not let loose on matrix symbols: ITF is so weak a code that
// some four digits are found in any large pattern.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

// The package would fetch its wasm from a public server.
const wasm = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
await prepareZXingModule({ overrides: { wasmBinary: wasm }, fireImmediately: true });

const formats = {
  matrix: ["DataMatrix", "QRCode"],
  linear: ["Code128", "EANUPC", "ITF", "DataBar"],
};

for await (const line of createInterface({ input: process.stdin })) {
  const [sort, picture] = line.split(" ");
  const options = { formats: formats[sort], maxNumberOfSymbols: 4, textMode: "Plain", tryHarder: true };
  const found = await readBarcodes(new Uint8Array(Buffer.from(picture, "base64")), options);
  const told = found.map((f) => ({
    valid: f.isValid,
    identifier: f.symbologyIdentifier,
    text: f.text,
    eci: f.hasECI,
    bytes: Buffer.from(f.bytes).toString("base64"),
  }));
  process.stdout.write(JSON.stringify(told) + "\n");
}
