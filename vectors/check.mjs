#!/usr/bin/env node
// Checks code that signs for PayTR against vectors.json. README.md says how. Node.js 18 or later, nothing to install.

import { spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

const USAGE = `usage: check.mjs [--vectors FILE] [--only FORMULA,...] [COMMAND [ARGUMENT...]]
       check.mjs --sign < JSON`;

/** The text that is signed: the values in the order of the formula, with nothing between them. */
function message(given, order) {
  const values = { ...given, ...given.fields };
  if (given.formula === "platform_transfer_result_hash") {
    values.trans_ids = values.trans_ids.replaceAll("\\", "");
  }
  return order.map((name) => values[name]).join("");
}

function sign(text, key) {
  return createHmac("sha256", key).update(text, "utf8").digest("base64");
}

/** What the command prints; a text that is no token if it does not end well. */
function ask([program, ...options], given) {
  const ran = spawnSync(program, options, { input: JSON.stringify(given), stdio: ["pipe", "pipe", "inherit"] });
  if (ran.error && ran.error.code !== "EPIPE") {
    stop(`${program}: ${ran.error.message}`);
  }
  const printed = ran.stdout.toString().trim();
  return ran.status === 0 ? printed : `exit code ${ran.status}, ${JSON.stringify(printed)}`;
}

function stop(text) {
  console.error(text);
  process.exit(2);
}

let command = process.argv.slice(2);
let path = new URL("vectors.json", import.meta.url);
let only = null;
while (command[0] === "--vectors" || command[0] === "--only") {
  if (command.length < 2) stop(USAGE);
  if (command[0] === "--vectors") path = command[1];
  else only = command[1].split(",");
  command = command.slice(2);
}
const file = JSON.parse(readFileSync(path, "utf8"));
const formulas = new Map(file.formulas.map((formula) => [formula.id, formula]));
if (command.length === 1 && command[0] === "--sign") {
  const given = JSON.parse(readFileSync(0, "utf8"));
  console.log(sign(message(given, formulas.get(given.formula).message_order), given.merchant_key));
  process.exit(0);
}
if (command[0]?.startsWith("-")) stop(USAGE);
const unknown = (only ?? []).find((name) => !formulas.has(name));
if (unknown !== undefined) stop(`no formula ${unknown}; there are: ${[...formulas.keys()].join(", ")}`);
const mistakes = new Map(file.negative_vectors.map((wrong) => [wrong.wrong_token, wrong.why_wrong]));
let checked = 0;
let failed = 0;
for (const formula of (only ?? [...formulas.keys()]).map((name) => formulas.get(name))) {
  for (const vector of formula.vectors) {
    const merchant = { ...file.credentials, ...vector.credentials_override };
    const given = { formula: formula.id, endpoint: formula.endpoint, ...merchant, fields: vector.fields };
    const text = message(given, formula.message_order);
    const got = command.length ? ask(command, given) : sign(text, given.merchant_key);
    checked += 1;
    if (got === vector.expected && text === vector.message) continue;
    failed += 1;
    console.log(`WRONG ${formula.id}/${vector.name}\n  got      ${got}\n  expected ${vector.expected}`);
    console.log(`  of the text ${vector.message}`);
    if (mistakes.has(got)) console.log(`  a known mistake: ${mistakes.get(got)}`);
  }
}
console.log(`${checked - failed} of ${checked} vectors agree`);
process.exitCode = failed || !checked ? 1 : 0;
