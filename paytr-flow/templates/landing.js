(() => {
  "use strict";
  // PayTR may open this page inside its frame; the result belongs to the whole window.
  if (window.top !== window.self) {
    try {
      window.top.location.replace(window.location.href);
      return;
    } catch {
      // Not allowed there: show it here.
    }
  }

  const { state, order } = document.getElementById("state").dataset;
  if (state === "paid") return;
  let pause = 1000;
  const poll = async () => {
    try {
      const reply = await fetch(order, { cache: "no-store" });
      if (reply.status === 404) return;
      if (reply.ok && (await reply.json()).state !== state) {
        window.location.reload();
        return;
      }
    } catch {
      // Offline for a moment: ask again.
    }
    pause = Math.min(pause * 1.1, 15000);
    window.setTimeout(poll, pause);
  };
  window.setTimeout(poll, pause);
})();
