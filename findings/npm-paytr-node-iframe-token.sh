#!/usr/bin/env bash
# npm `paytr-node` 1.0.1: the token of `iframe.createToken` is computed over other fields than the iFrame API
# documents. PayTR signs merchant_id, user_ip, merchant_oid, email, payment_amount, user_basket,
# no_installment, max_installment, currency, test_mode and the salt. This package leaves the basket out and
# puts the payment type, an instalment count and `no_payment` in. It also posts the basket as JSON, where the
# documentation has base64 of JSON. So the call of its own README makes a form that a server which follows
# the documentation refuses.
#
# Seen: the basket `[["Product 1","5000",1]]`, and `documented formula: no`.
#
# Needs Node.js and npm. The request goes to a server of this script on 127.0.0.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund paytr-node@1.0.1
cat >token.js <<'JS'
const { createHmac } = require("node:crypto");
const { createServer } = require("node:http");
const PayTR = require("paytr-node");
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    const form = new URLSearchParams(body);
    const signed = ["merchant_id", "user_ip", "merchant_oid", "email", "payment_amount", "user_basket",
      "no_installment", "max_installment", "currency", "test_mode"];
    const text = signed.map((name) => form.get(name)).join("") + "salt";
    const token = createHmac("sha256", "key").update(text).digest("base64");
    console.log(`basket: ${form.get("user_basket")}`);
    console.log(`documented formula: ${token === form.get("paytr_token") ? "yes" : "no"}`);
    response.setHeader("content-type", "application/json");
    response.end('{"status":"success","token":"t"}');
  });
});
server.listen(0, "127.0.0.1", async () => {
  const shop = new PayTR({ merchantId: "100001", merchantKey: "key", merchantSalt: "salt", testMode: true });
  shop.config.baseUrl = `http://127.0.0.1:${server.address().port}`;
  await shop.iframe.createToken({
    userIp: "192.0.2.1", merchantOid: "SHOP0001", email: "buyer@example.com", paymentAmount: "5000",
    userName: "John Doe", userAddress: "Customer Address", userPhone: "05001234567",
    merchantOkUrl: "https://shop.example/success", merchantFailUrl: "https://shop.example/fail",
    userBasket: [["Product 1", "5000", 1]],
  });
  server.close();
});
JS
seen=$(node token.js)
echo "$seen"
[[ $seen == $'basket: [["Product 1","5000",1]]\ndocumented formula: no' ]]
