// Fetches the list again every two seconds. Opened details stay open.
(function () {
  "use strict";
  function refresh() {
    if (document.hidden) return;
    fetch("/", { headers: { accept: "text/html" } })
      .then(function (reply) { return reply.text(); })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("orders");
        var shown = document.getElementById("orders");
        if (!fresh || !shown || fresh.innerHTML === shown.innerHTML) return;
        shown.querySelectorAll("details").forEach(function (old) {
          var same = fresh.querySelector('details[id="' + old.id + '"]');
          if (same) same.open = old.open;
        });
        shown.replaceWith(document.importNode(fresh, true));
      })
      .catch(function () {});
  }
  setInterval(refresh, 2000);
})();
