// Calls every method of npm `paytr-node` against a sandbox.
//
// Usage: node paytr_node.cjs BASE_URL_OF_THE_SANDBOX URL_WITH_THE_SHOPS_NOTIFICATIONS
//
// The client is unchanged; its base URL is an option of its own. Without PAYTR_BASE_URL it has PayTR's host, and comes to
// the sandbox through the proxy in its environment. Where it does something that PayTR's documentation
// does not know, the sandbox refuses, and the comment says what is wrong.
"use strict";

const assert = require("node:assert/strict");

const PayTR = require("paytr-node");
const { acknowledged, buyer, control, run, told } = require("./bench.cjs");

const called = new Set();
const paytr = new PayTR({
  merchantId: process.env.PAYTR_MERCHANT_ID,
  merchantKey: process.env.PAYTR_MERCHANT_KEY,
  merchantSalt: process.env.PAYTR_MERCHANT_SALT,
  baseUrl: process.env.PAYTR_BASE_URL,
});
const order = {
  email: buyer.email, userIp: buyer.ip, userName: buyer.name, userAddress: buyer.address, userPhone: buyer.phone,
  userBasket: [["Kalem", "34.56", 1]],
  merchantOkUrl: "https://shop.example/ok", merchantFailUrl: "https://shop.example/fail",
};
const card = {
  cardOwner: "PAYTR TEST", cardNumber: "4355084355084358", cardExpireMonth: "12", cardExpireYear: "40",
  cardCvc: "000",
};
const silent = { non3d: "1", syncMode: "1" };

function call(name, ...args) {
  const [group, method] = name.split(".");
  called.add(name);
  return paytr[group][method](...args);
}

const refused = (text, name, ...args) => assert.rejects(async () => call(name, ...args), { message: text });

/** A day of Turkey, `days` from today; with the time of day for the transaction report. */
function day(days, withTime = false) {
  const text = new Date(Date.now() + (3 + 24 * days) * 3_600_000).toISOString().replace("T", " ");
  return text.slice(0, withTime ? 19 : 10);
}

/** PayTR takes the basket in base64 and signs it; the client sends it as JSON and signs other fields. */
async function is_refused_a_payment_page() {
  const asked = { ...order, merchantOid: "PN0", paymentAmount: "3456" };
  await refused("Zorunlu alan degeri gecersiz veya gonderilmedi: user_basket", "iframe.createToken", asked);
  const userBasket = Buffer.from(JSON.stringify(order.userBasket)).toString("base64");
  const token = "paytr_token gonderilmedi veya gecersiz (get-token)";
  await refused(token, "iframe.createToken", { ...asked, userBasket });
  await refused(token, "iframe.createToken", { ...asked, userBasket, paymentType: "eft" });
}

async function pays_by_card() {
  const paid = await call("direct.createPayment", { ...order, ...card, ...silent, merchantOid: "PN1", paymentAmount: "34.56" });
  assert.equal(paid.status, "success");
  const form = await told((form) => form.merchant_oid === "PN1");
  // Its README hands over the notification as it came, and then the names are not the ones that it reads.
  const renamed = { merchantOid: form.merchant_oid, status: form.status, totalAmount: form.total_amount, hash: form.hash };
  for (const name of ["direct.validateHash", "iframe.validateHash"]) {
    assert.equal(call(name, form), false);
    assert.equal(call(name, renamed), true);
    assert.equal(call(name, { ...renamed, totalAmount: "1" }), false);
  }
  const threeD = await call("direct.createPayment", { ...order, ...card, merchantOid: "PN2", paymentAmount: "34.56" });
  assert.match(threeD, /3D Secure/);
}

async function stores_a_card() {
  const stored = await call("card.store", { ...order, ...card, ...silent, merchantOid: "PN3", paymentAmount: "10.00" });
  const { utoken, ctoken } = stored;
  const [listed] = await call("card.list", utoken);
  assert.deepEqual([listed.ctoken, listed.last_4, listed.schema], [ctoken, "4358", "VISA"]);
  const again = { ...order, utoken, ctoken, paymentAmount: "5.00" };
  const saved = await call("card.payWithSavedCard", { ...again, ...silent, merchantOid: "PN4" });
  assert.equal(saved.status, "success");
  assert.equal((await call("recurring.createPayment", { ...again, merchantOid: "PN5" })).status, "success");
  assert.equal((await call("card.delete", utoken, ctoken)).status, "success");
  assert.deepEqual(await call("card.list", utoken), []);
}

async function looks_cards_and_rates_up() {
  assert.equal((await call("bin.query", "97920303")).schema, "TROY");
  await refused("PayTR işlem başarısız", "bin.query", "400000");
  assert.equal((await call("installment.getRates")).oranlar.bonus.taksit_12, 18);
}

async function refunds_and_asks() {
  await acknowledged("PN1");
  const first = await call("refund.create", "PN1", 11.97, { referenceNo: "R1" });
  assert.deepEqual([first.reference_no, first.return_amount], ["R1", "11.97"]);
  const tooMuch = "Toplam iade tutari odeme tutarindan fazla olamaz";
  await refused(tooMuch, "refund.create", "PN1", 100);
  const status = await call("status.query", "PN1");
  assert.equal(status.payment_total, "34.56");
  assert.deepEqual(status.returns.map((row) => row.return_amount), ["11.97"]);
  await refused("merchant_oid ile islem bulunamadi", "status.query", "PN0");
}

async function reads_reports() {
  const rows = (await call("transaction.list", day(-1, true), day(1, true))).list;
  const ours = rows.filter((row) => row.siparis_no === "PN1").map((row) => [row.islem_tipi, row.islem_tutari]);
  assert.deepEqual(ours, [["S", "34.56"], ["I", "11.97"]]);
  await control("clock/advance", { seconds: 86_400 });
  const [paid] = (await call("report.summary", day(-1), day(1))).list;
  assert.equal(paid.return, "11.97");
  const detail = (await call("report.detail", paid.date_paid)).list;
  assert(detail.length > 0);
}

async function sells_by_link() {
  const link = { name: "Defter", price: "1445", currency: "TL", maxInstallment: "12", linkType: "product", minCount: "1" };
  // Without `lang` it posts `tr` and signs `undefined`.
  await refused("paytr_token gonderilmedi veya gecersiz (Link API - create)", "link.create", link);
  const made = await call("link.create", { ...link, lang: "tr", callbackLink: "https://shop.example/links", callbackId: "LINK1" });
  assert.equal((await call("link.sendSms", made.id, "05001112233")).status, "success");
  assert.equal((await call("link.sendEmail", made.id, buyer.email)).status, "success");
  await control(`links/${made.id}/pay`, { card: "mastercard" });
  const form = await told((form) => form.callback_id === "LINK1");
  const renamed = {
    callbackId: form.callback_id, merchantOid: form.merchant_oid, status: form.status, totalAmount: form.total_amount,
    hash: form.hash,
  };
  assert.deepEqual([call("link.validateCallback", form), call("link.validateCallback", renamed)], [false, true]);
  assert.equal((await call("link.delete", made.id)).status, "success");
}

async function transfers_to_a_seller() {
  await control("store", { kind: "marketplace" }, "PUT");
  const seller = { transferName: "Ali Veli", transferIban: "TR330006100519786457841326" };
  const amounts = { submerchantAmount: "900", totalAmount: "1000" };
  const asked = { merchantOid: "PN3", transId: "PNT1", ...amounts, ...seller };
  assert.equal((await call("platform.transfer", asked)).status, "success");
  await control("clock/advance", { seconds: 86_400 });
  const form = await told((form) => form.trans_ids !== undefined);
  assert.equal(form.trans_ids, '["PNT1"]');
  // The hash is over the text that came; the client writes it as JSON once more. Read as JSON first, it fits.
  const read = { ...form, trans_ids: JSON.parse(form.trans_ids) };
  assert.deepEqual([form, read].map((form) => call("platform.validateCallback", form)), [false, true]);
  // None came back.
  await refused("PayTR işlem başarısız", "platform.getReturnedPayments", day(-1, true), day(1, true));
}

async function sends_from_the_account() {
  const row = { amount: "500", receiver: "Ali Veli", iban: "TR330006100519786457841326" };
  assert.equal((await call("platform.sendReturnedPayment", "PNC1", [row, row])).status, "success");
  await control("clock/advance", { seconds: 600 });
  const form = await told((form) => form.mode === "cashout");
  // PayTR signs the merchant id and `trans_id`; the client takes the result for signed.
  assert.equal(form.trans_id, "PNC1");
  assert.equal(call("platform.validateCallback", form), false);
}

async function has_no_other_method() {
  const groups = Object.entries(paytr).filter(([name]) => name !== "config");
  const offered = groups.flatMap(([group, methods]) => Object.keys(methods).map((method) => `${group}.${method}`));
  assert.deepEqual(offered.filter((name) => !called.has(name)), []);
}

run([
  is_refused_a_payment_page,
  pays_by_card,
  stores_a_card,
  looks_cards_and_rates_up,
  refunds_and_asks,
  reads_reports,
  sells_by_link,
  transfers_to_a_seller,
  sends_from_the_account,
  has_no_other_method,
]);
