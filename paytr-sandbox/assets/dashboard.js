// Follows the sandbox: every change brings the page again, and what differs is put in its place. Opened
// details stay open, and nobody is interrupted while typing.
(function () {
  "use strict";
  var GAP = 150;
  var last = {};
  var due = false, running = false;

  function parts(root) {
    return Array.prototype.slice.call(root.querySelectorAll("[data-live], #orders > *"));
  }
  parts(document).forEach(function (part) { last[part.id] = part.outerHTML; });

  function isInUse(part) {
    var active = document.activeElement;
    return active && part.contains(active) && /^(INPUT|SELECT)$/.test(active.tagName);
  }

  function put(fresh) {
    var shown = document.getElementById(fresh.id);
    if (shown && (last[fresh.id] === fresh.outerHTML || isInUse(shown))) return shown;
    last[fresh.id] = fresh.outerHTML;
    var copy = document.importNode(fresh, true);
    if (!shown) return copy;
    shown.querySelectorAll("details").forEach(function (old) {
      var same = copy.querySelector('details[id="' + old.id + '"]');
      if (same) same.open = old.open;
    });
    shown.replaceWith(copy);
    return copy;
  }

  // The children of one list as those of the other, in the same order.
  function sync(shown, fresh, selector) {
    if (!shown || !fresh) return;
    var before = null;
    var wanted = Array.prototype.slice.call(fresh.querySelectorAll(selector));
    var ids = wanted.map(function (part) { return part.id; });
    Array.prototype.slice.call(shown.querySelectorAll(selector)).forEach(function (old) {
      if (ids.indexOf(old.id) < 0) { delete last[old.id]; old.remove(); }
    });
    wanted.forEach(function (part) {
      var node = put(part);
      var place = before ? before.nextElementSibling : shown.firstElementChild;
      if (node !== place) shown.insertBefore(node, place);
      before = node;
    });
  }

  function show(text) {
    var page = new DOMParser().parseFromString(text, "text/html");
    if (!page.getElementById("orders")) return;
    sync(document.querySelector(".panels"), page.querySelector(".panels"), ":scope > [data-live]");
    sync(document.getElementById("orders"), page.getElementById("orders"), ":scope > *");
    put(page.getElementById("order-count"));
    start = performance.now();
  }

  function refresh() {
    due = true;
    if (running || document.hidden) return;
    running = true;
    due = false;
    fetch(location.href, { headers: { accept: "text/html" } })
      .then(function (reply) { return reply.text(); })
      .then(show)
      .catch(function () {})
      .then(function () {
        setTimeout(function () { running = false; if (due) refresh(); }, GAP);
      });
  }

  document.addEventListener("visibilitychange", function () { if (due) refresh(); });
  document.addEventListener("focusout", function () { setTimeout(refresh, 0); });
  var changes = new EventSource("/_sandbox/events");
  changes.addEventListener("change", refresh);

  // A button does its work without leaving the page; without scripts its form does.
  var refused = document.getElementById("refused");
  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    event.preventDefault();
    var fields = new URLSearchParams(new FormData(form));
    if (button && button.name) fields.append(button.name, button.value);
    if (document.activeElement) document.activeElement.blur();
    fetch(form.action, { method: "POST", body: fields, headers: { accept: "text/plain" } })
      .then(function (reply) {
        return reply.text().then(function (text) {
          refused.hidden = reply.ok;
          refused.textContent = reply.ok ? "" : text;
        });
      })
      .catch(function () { refused.hidden = false; refused.textContent = "the sandbox does not answer"; })
      .then(refresh);
  });

  // The clock between two changes.
  var start = performance.now();
  setInterval(function () {
    var now = document.getElementById("now");
    if (!now || now.dataset.frozen === "true") return;
    var at = Number(now.dataset.millis) + performance.now() - start + 3 * 3600 * 1000;
    now.textContent = new Date(at).toISOString().slice(0, 19).replace("T", " ");
  }, 1000);
})();
