// What both scripts need: the sandbox, what a buyer does, and what the shop was told.
"use strict";

const [baseUrl, shopUrl] = process.argv.slice(2);

const buyer = {
  email: "ayse@example.com",
  name: "Ayşe Yılmaz",
  address: "İzmir",
  phone: "05001112233",
  ip: "88.255.10.20",
};

/** What buyers, banks and the clock do, by the control API of the sandbox. */
async function control(path, body, method = "POST") {
  const reply = await fetch(`${baseUrl}/_sandbox/${path}`, { method, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
}

/** Asks until there is an answer. */
async function until(what, ask) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`this did not come: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The fields of a notification of the shop, as `express.urlencoded()` hands them over. */
function told(test) {
  return until("a notification", async () => {
    const bodies = await (await fetch(shopUrl)).json();
    return bodies.map((body) => Object.fromEntries(new URLSearchParams(body))).find(test);
  });
}

/** Waits until the sandbox has read the shop's OK. */
function acknowledged(oid) {
  return until(`the acknowledgement of ${oid}`, async () => {
    const order = await (await fetch(`${baseUrl}/_sandbox/orders/${oid}`)).json();
    return order.notification === "done" ? order : undefined;
  });
}

/** Runs parts one after the other; their names tell which failed. */
async function run(parts) {
  for (const part of parts) {
    try {
      await part();
    } catch (error) {
      console.error(`in ${part.name}:`, error);
      process.exit(1);
    }
  }
  console.log("every method works");
}

module.exports = { acknowledged, baseUrl, buyer, control, run, told };
