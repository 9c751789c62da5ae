(() => {
  "use strict";
  const frame = document.getElementById("paytriframe");

  // The resizer comes from PayTR. Without it the frame keeps its own height and scrolls.
  const fit = () => {
    if (typeof window.iFrameResize === "function") {
      window.iFrameResize({ checkOrigin: [frame.dataset.provider] }, "#paytriframe");
    }
  };
  if (typeof window.iFrameResize === "function") fit();
  else document.getElementById("resizer").addEventListener("load", fit);

  // A failed payment stays here: PayTR's form takes another card.
  const isOver = (state) => ["paid", "undelivered", "review", "closed"].includes(state);
  let pause = 1500;
  const poll = async () => {
    try {
      const reply = await fetch(frame.dataset.order, { cache: "no-store" });
      if (reply.status === 404) return;
      if (reply.ok && isOver((await reply.json()).state)) {
        window.location.replace(frame.dataset.ok);
        return;
      }
    } catch {
      // Offline for a moment: ask again.
    }
    pause = Math.min(pause * 1.05, 10000);
    window.setTimeout(poll, pause);
  };
  window.setTimeout(poll, pause);
})();
