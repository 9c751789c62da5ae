// npm `paytr` against a sandbox.
//
// Usage: node paytr.cjs BASE_URL_OF_THE_SANDBOX URL_WITH_THE_SHOPS_NOTIFICATIONS
//
// The client is unchanged. Its addresses are constants that begin with https://www.paytr.com, so it is given an HTTP
// client, which is an option of its own, that replaces that beginning and nothing else.
"use strict";

const assert = require("node:assert/strict");
const { createRequire } = require("node:module");

const { PayTRClient, PayTRException } = require("paytr");
const { callback } = require("paytr/express");
const { acknowledged, baseUrl, buyer, control, run, told } = require("./bench.cjs");

const PAYTR = "https://www.paytr.com";
const axios = createRequire(require.resolve("paytr"))("axios");

function client(options = {}) {
  const http = axios.create();
  http.interceptors.request.use((request) => {
    assert(request.url.startsWith(`${PAYTR}/`), `not an address of PayTR: ${request.url}`);
    return { ...request, url: baseUrl + request.url.slice(PAYTR.length) };
  });
  return new PayTRClient({
    merchant_id: process.env.PAYTR_MERCHANT_ID,
    merchant_key: process.env.PAYTR_MERCHANT_KEY,
    merchant_salt: process.env.PAYTR_MERCHANT_SALT,
    debug_on: true, no_installment: false, max_installment: 0, timeout_limit: 30, test_mode: false,
    client: http, ...options,
  });
}

const paytr = client();
const order = {
  merchant_oid: "JS1", payment_amount: 3456, currency: "TL", email: buyer.email, user_ip: buyer.ip,
  user_name: buyer.name, user_phone: buyer.phone, user_address: buyer.address,
  user_basket: [{ name: "Kalem", price: "18.00", quantity: 1 }, ["Defter", "16.56", 1]],
  merchant_ok_url: "https://shop.example/ok", merchant_fail_url: "https://shop.example/fail",
};

/** Its exception is no `PayTRException` to `instanceof`, because of how it was compiled; the reply is there. */
async function refused(call, text) {
  await assert.rejects(call, (error) => {
    assert.equal(error.message, text);
    assert.deepEqual([error.response.status, error instanceof PayTRException], [200, false]);
    return true;
  });
}

async function opens_a_page_and_verifies_its_notification() {
  const { token } = await paytr.getToken(order);
  const page = await fetch(`${baseUrl}/odeme/guvenli/${token}`);
  assert.match(await page.text(), /34,56 TL/);
  await control("orders/JS1/pay", { card: "visa", installments: 3 });
  const form = await told((form) => form.merchant_oid === "JS1");
  assert.deepEqual([form.status, form.total_amount], ["success", "3612"]);
  assert.equal(paytr.validateCallback(form), true);
  assert.equal(paytr.validateCallback({ ...form, total_amount: "1" }), false);
}

/** Its middleware for Express, called as Express calls it after `express.urlencoded()`. */
async function lets_only_a_true_notification_through() {
  const form = await told((form) => form.merchant_oid === "JS1");
  const passes = (body) => {
    let passed = false;
    callback(paytr)({ body }, { status: () => undefined }, () => (passed = true));
    return passed;
  };
  assert.deepEqual([passes(form), passes({ ...form, status: "failed" })], [true, false]);
}

async function refunds_in_parts() {
  await acknowledged("JS1");
  const first = await paytr.refund({ merchant_oid: "JS1", return_amount: 11.97, reference_no: "R1" });
  const told = { status: "success", isTest: false, referenceNo: "R1", merchantOid: "JS1", returnAmount: "11.97" };
  assert.deepEqual(first, told);
  const tooMuch = paytr.refund({ merchant_oid: "JS1", return_amount: 100, reference_no: "R2" });
  await refused(tooMuch, "Toplam iade tutari odeme tutarindan fazla olamaz");
  const rest = await paytr.refund({ merchant_oid: "JS1", return_amount: 22.59, reference_no: "R3" });
  assert.equal(rest.status, "success");
}

/** What its README posts, 10.99: the amount is in kurus there, and no whole number of them. */
async function is_refused_an_amount_in_lira() {
  await refused(paytr.getToken({ ...order, merchant_oid: "JS2", payment_amount: 10.99 }), "Zorunlu alan degeri gecersiz veya gonderilmedi: payment_amount");
}

async function is_refused_with_a_wrong_key() {
  const call = client({ merchant_key: "wrongKEY12345678" }).getToken({ ...order, merchant_oid: "JS3" });
  await refused(call, "paytr_token gonderilmedi veya gecersiz (get-token)");
}

run([
  opens_a_page_and_verifies_its_notification,
  lets_only_a_true_notification_through,
  refunds_in_parts,
  is_refused_an_amount_in_lira,
  is_refused_with_a_wrong_key,
]);
