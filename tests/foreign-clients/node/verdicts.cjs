// What npm `paytr` and `paytr-node` say to notifications.
//
// Usage: node verdicts.cjs BODIES, a JSON list of bodies as they are posted. Prints, for each client, its version and
// whether it takes each of them.
"use strict";

const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const { PayTRClient } = require("paytr");
const { callback } = require("paytr/express");
const PayTR = require("paytr-node");

const merchant = process.env.PAYTR_MERCHANT_ID;
const key = process.env.PAYTR_MERCHANT_KEY;
const salt = process.env.PAYTR_MERCHANT_SALT;

/** The version of a package, from the `package.json` of its folder. */
function version(name) {
  const folder = (path) => (dirname(path).endsWith(name) ? dirname(path) : folder(dirname(path)));
  return JSON.parse(readFileSync(join(folder(require.resolve(name)), "package.json"))).version;
}

const paytr = new PayTRClient({
  merchant_id: merchant, merchant_key: key, merchant_salt: salt,
  debug_on: true, no_installment: false, max_installment: 0, timeout_limit: 30, test_mode: false,
});

/** Its function and its middleware for Express, which are of one opinion. */
function ofPaytr(form) {
  let passed = false;
  callback(paytr)({ body: form }, { status: () => undefined }, () => (passed = true));
  assert.equal(paytr.validateCallback(form), passed);
  return passed;
}

const paytrNode = new PayTR({ merchantId: merchant, merchantKey: key, merchantSalt: salt });

/** It reads the fields under names of its own. */
function ofPaytrNode({ merchant_oid, status, total_amount, hash }) {
  return paytrNode.iframe.validateHash({ merchantOid: merchant_oid, status, totalAmount: total_amount, hash });
}

/** The fields, as `express.urlencoded()` hands over those that come once. */
const forms = JSON.parse(process.argv[2]).map((body) => Object.fromEntries(new URLSearchParams(body)));
console.log(JSON.stringify({
  paytr: { version: version("paytr"), takes: forms.map(ofPaytr) },
  "paytr-node": { version: version("paytr-node"), takes: forms.map(ofPaytrNode) },
}));
