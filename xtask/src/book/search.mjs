// Searches the Turkish book as its pages do, and fails when a spelling of a word finds other places than the first one,
// or none.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";

const book = process.argv[2];
const script = (name) => {
  const file = readdirSync(book).find((file) => file.startsWith(name) && file.endsWith(".js"));
  if (!file) throw new Error(`${book} has no ${name}*.js`);
  return readFileSync(join(book, file), "utf8");
};
const page = createContext({ console });
// In a browser these are one object.
runInContext("globalThis.window = globalThis; window.search = {};", page);
for (const name of ["elasticlunr", "turkish-search", "searchindex"]) runInContext(script(name), page);
const find = (words) => {
  page.words = words;
  return runInContext("(index ??= elasticlunr.Index.load(search.index)).search(words, search.search_options)", page)
    .map((result) => page.search.doc_urls[result.ref]);
};
runInContext("globalThis.index = null;", page);

const SPELLINGS = [
  ["ödeme", "Ödeme", "ÖDEME", "odeme", "ode"],
  ["iade", "İade", "İADE", "IADE"],
  ["bildirim", "Bildirim", "BİLDİRİM", "BILDIRIM"],
  ["mağaza", "MAĞAZA", "magaza"],
  ["imzalı", "İMZALI", "imzali"],
  ["müşteri", "MÜŞTERİ", "musteri"],
  ["taksit", "TAKSİT", "taksıt"],
  ["paytr-axum", "PayTR-Axum"],
];
const faults = [];
for (const [first, ...others] of SPELLINGS) {
  const found = find(first);
  if (found.length === 0) faults.push(`nothing is found for ${first}`);
  for (const other of others) {
    const same = new Set(find(other));
    if (!found.every((place) => same.has(place))) faults.push(`${other} finds less than ${first}`);
  }
}
if (find("qxzwvk").length > 0) faults.push("a word that is nowhere is found");
for (const fault of faults) console.error(fault);
console.log(`searched for ${SPELLINGS.flat().length} spellings`);
process.exit(faults.length === 0 ? 0 : 1);
