// The sandbox's stand-in for PayTR's iframeResizer: same entry point, own code.
// iFrameResize(options, selector) keeps each selected iframe as high as the payment page in it.
(function () {
  "use strict";
  var PREFIX = "paytr-sandbox:height:";
  window.iFrameResize = function (options, selector) {
    var allowed = options && Array.isArray(options.checkOrigin) ? options.checkOrigin : null;
    var frames = typeof selector === "string"
      ? Array.prototype.slice.call(document.querySelectorAll(selector))
      : [selector];
    window.addEventListener("message", function (event) {
      if (typeof event.data !== "string" || event.data.indexOf(PREFIX) !== 0) return;
      if (allowed && allowed.indexOf(event.origin) < 0) return;
      var height = parseInt(event.data.slice(PREFIX.length), 10);
      if (!(height > 0 && height < 20000)) return;
      frames.forEach(function (frame) {
        if (frame && frame.contentWindow === event.source) frame.style.height = height + "px";
      });
    });
    frames.forEach(function (frame) {
      if (!frame) return;
      var ask = function () { frame.contentWindow.postMessage("paytr-sandbox:ask-height", "*"); };
      frame.addEventListener("load", ask);
      ask();
    });
    return frames;
  };
})();
