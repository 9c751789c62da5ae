// Tells the shop's page how high this page is, shows what the chosen instalments cost, and takes the buyer
// back to the shop at the end.
(function () {
  "use strict";
  var last = 0;
  function tell(force) {
    var height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (window.parent === window || (height === last && !force)) return;
    last = height;
    window.parent.postMessage("paytr-sandbox:height:" + height, "*");
  }
  if (window.ResizeObserver) new ResizeObserver(function () { tell(false); }).observe(document.documentElement);
  window.addEventListener("message", function (event) {
    if (event.source === window.parent && event.data === "paytr-sandbox:ask-height") tell(true);
  });
  tell(true);

  var installments = document.getElementById("installments");
  var total = document.getElementById("pay-total");
  if (installments && total) {
    var showTotal = function () {
      var chosen = installments.options[installments.selectedIndex];
      if (chosen) total.textContent = chosen.getAttribute("data-total");
    };
    installments.addEventListener("change", showTotal);
    // A browser that goes back restores the choice by itself.
    window.addEventListener("pageshow", showTotal);
  }

  var back = document.getElementById("back-to-shop");
  if (back) setTimeout(function () { back.click(); }, 600);
})();
