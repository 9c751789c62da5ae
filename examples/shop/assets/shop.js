// Sends product ids and quantities, never a price, and goes to the payment page.
const form = document.getElementById("checkout");
const problem = document.getElementById("problem");
const button = document.getElementById("to-payment");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  problem.hidden = true;
  const fields = new FormData(form);
  const lines = [...document.querySelectorAll("tr.line")];
  const purchase = {
    basket: lines.map((line) => ({
      product_id: line.dataset.product,
      quantity: Number(line.dataset.quantity),
    })),
    email: fields.get("email"),
    user_name: fields.get("user_name"),
    user_phone: fields.get("user_phone"),
    user_address: fields.get("user_address"),
    payment_type: fields.get("payment_type"),
    idempotency_key: form.dataset.idempotencyKey,
  };
  try {
    const answer = await fetch("/paytr/pay", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(purchase),
    });
    const result = await answer.json();
    if (result.status === "success") {
      location.assign("/paytr/pay/" + encodeURIComponent(result.merchant_oid));
      return;
    }
    show(
      result.code === "too_many_requests"
        ? "Çok sık denediniz, biraz sonra yeniden deneyin. Too many attempts, try again later."
        : result.message,
    );
  } catch {
    show("Bağlantı kurulamadı, yeniden deneyin. No connection, try again.");
  }
  button.disabled = false;
});

function show(text) {
  problem.textContent = text || "Ödeme başlatılamadı. The payment could not be started.";
  problem.hidden = false;
}

// Back from the payment page by the browser's history: the button works again.
window.addEventListener("pageshow", () => {
  button.disabled = false;
});
