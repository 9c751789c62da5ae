#!/usr/bin/env bash
# npm `paytr` 1.0.8: `refund` declares `reference_no` optional. Left out, the form still has the field, with
# the nine letters `undefined` in it, because the value goes into URLSearchParams as it is. `reference_no` is
# what tells one refund of an order from another, in PayTR's status inquiry too; so all refunds of a shop
# that leaves it out carry one and the same reference.
#
# Seen: merchant_id=100001&merchant_oid=SHOP0001&return_amount=12.5&paytr_token=…&reference_no=undefined
#
# Needs Node.js and npm. Nothing is sent: the package lets its HTTP client be given, and this one prints.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund paytr@1.0.8
cat >refund.js <<'JS'
const { PayTRClient } = require("paytr");
const client = {
  request: async ({ data }) => {
    const form = new URLSearchParams(data);
    form.set("paytr_token", "…");
    console.log(decodeURIComponent(form.toString()));
    return { data: { status: "success", is_test: 1 } };
  },
};
const shop = new PayTRClient({
  merchant_id: "100001", merchant_key: "key", merchant_salt: "salt", debug_on: false,
  no_installment: false, max_installment: 0, timeout_limit: 30, test_mode: true, client,
});
shop.refund({ merchant_oid: "SHOP0001", return_amount: 12.5 });
JS
seen=$(node refund.js)
echo "$seen"
[[ $seen == 'merchant_id=100001&merchant_oid=SHOP0001&return_amount=12.5&paytr_token=…&reference_no=undefined' ]]
