#!/usr/bin/env bash
# npm `paytr-node` 1.0.1: the Express example of its README answers every notification with "Invalid hash". The example
# hands `req.body` to `iframe.validateHash`, with the names that PayTR posts, `merchant_oid` and `total_amount`; the
# method reads `merchantOid` and `totalAmount`, so the hash is made over the word `undefined`. PayTR takes no answer but
# `OK`, so a shop built after the README never has a payment confirmed.
#
# Seen: as posted false, renamed true, for one notification with the right hash.
#
# Needs Node.js and npm. Nothing is sent.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund paytr-node@1.0.1
grep -q 'const isValid = paytr.iframe.validateHash(req.body);' node_modules/paytr-node/README.md
cat >notified.js <<'JS'
const { createHmac } = require("node:crypto");
const PayTR = require("paytr-node");
const paytr = new PayTR({ merchantId: "100001", merchantKey: "key", merchantSalt: "salt" });
// The formula of PayTR's documentation: merchant_oid, salt, status, total_amount.
const hash = createHmac("sha256", "key").update("SHOP0001" + "salt" + "success" + "3456").digest("base64");
const body = { merchant_oid: "SHOP0001", status: "success", total_amount: "3456", hash };
const renamed = { merchantOid: body.merchant_oid, status: body.status, totalAmount: body.total_amount, hash };
console.log(`as posted ${paytr.iframe.validateHash(body)}, renamed ${paytr.iframe.validateHash(renamed)}`);
JS
seen=$(node notified.js)
echo "$seen"
[[ $seen == 'as posted false, renamed true' ]]
