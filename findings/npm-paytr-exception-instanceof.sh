#!/usr/bin/env bash
# npm `paytr` 1.0.8: what its methods throw when PayTR refuses is never `instanceof PayTRException`, although the
# package exports that class and throws it. It is compiled to ES5, where a class that extends `Error` gets the
# prototype of `Error`. So `catch (error) { if (error instanceof PayTRException) … else throw error; }` takes an ordinary
# refusal, such as a refund of more than was paid, for an unknown fault.
#
# Seen: Error, instanceof PayTRException: false, its reply is there: true
#
# Needs Node.js and npm. Nothing is sent: the package lets its HTTP client be given, and this one refuses.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund paytr@1.0.8
cat >refused.js <<'JS'
const { PayTRClient, PayTRException } = require("paytr");
const client = { request: async () => ({ data: { status: "error", err_no: "009", err_msg: "refused" } }) };
const shop = new PayTRClient({
  merchant_id: "100001", merchant_key: "key", merchant_salt: "salt", debug_on: false,
  no_installment: false, max_installment: 0, timeout_limit: 30, test_mode: true, client,
});
shop.refund({ merchant_oid: "SHOP0001", return_amount: 12.5, reference_no: "R1" }).catch((error) => {
  const is = error instanceof PayTRException;
  console.log(`${error.constructor.name}, instanceof PayTRException: ${is}, its reply is there: ${"response" in error}`);
});
JS
seen=$(node refused.js)
echo "$seen"
[[ $seen == 'Error, instanceof PayTRException: false, its reply is there: true' ]]
