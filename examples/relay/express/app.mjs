import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import express from "express";
import { Webhook } from "standardwebhooks";
const { RELAY_URL, SHOP_API_TOKEN, SHOP_WEBHOOK_SECRET, PORT = 3000 } = process.env;
const [webhook, app] = [new Webhook(SHOP_WEBHOOK_SECRET), express().set("env", "production")];
for (const folder of ["orders", "messages", "new"]) mkdirSync(folder, { recursive: true });
const keep = (file, content) => {  // whole, and once: where a real shop has a transaction and a unique key
  const whole = `new/${randomUUID()}`;
  writeFileSync(whole, JSON.stringify(content), { flush: true });
  try { linkSync(whole, file); } catch (error) { if (error.code !== "EEXIST") throw error; }
  rmSync(whole);
};
app.get("/", (_, answer) => {
  const messages = readdirSync("messages").map((id) => JSON.parse(readFileSync(`messages/${id}`)));
  const totals = (oid) => messages.map(({ data }) => (data.merchant_oid === oid && data.total) || 0);
  const paid = (oid) => totals(oid).reduce((sum, total) => sum + total, 0);
  const lines = readdirSync("orders").map((oid) => `<p>${oid}: ${paid(oid)} kuruş paid`).join("");
  answer.send(`<form action=/buy method=post><button>Kalem, 129.90 TL</button></form>${lines}`);
});
app.post("/buy", async ({ ip }, answer) => {
  const buyer = { email: "ayse@example.com", name: "Ayşe Yılmaz", address: "İzmir", phone: "05001112233", ip };
  const body = JSON.stringify({ amount: 12990, description: "Kalem", buyer });
  const headers = { authorization: `Bearer ${SHOP_API_TOKEN}`, "content-type": "application/json" };
  const call = { method: "POST", headers, body, signal: AbortSignal.timeout(30_000) };
  const opened = await (await fetch(`${RELAY_URL}/orders`, call)).json();
  if (!opened.page_url) return answer.status(502).send(opened.message);
  keep(`orders/${opened.merchant_oid}`, {});
  answer.redirect(303, opened.page_url);
});
app.post("/paid", express.text({ type: "application/json", limit: "64kb" }), ({ headers, body }, answer) => {
  let message;
  try { message = webhook.verify(body, headers); } catch { return answer.status(401).send("not from the relay"); }
  if (message.type === "payment.paid" && !existsSync(`orders/${message.data.merchant_oid}`))
    return answer.sendStatus(404);  // not taken: the relay goes on telling it
  keep(`messages/${headers["webhook-id"]}`, message);
  answer.sendStatus(204);
});
app.listen(PORT, "127.0.0.1");
