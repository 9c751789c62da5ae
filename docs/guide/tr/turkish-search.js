// mdbook's index is made for English: "İade" is not found as "iade", "ödeme" not as "odeme", and English stems and stop
// words are taken away. So the index is made anew in the browser, of the same texts, with Turkish letters folded, for the
// words of the pages and for those that are searched.
"use strict";
(() => {
  const fold = (word) =>
    word
      .toLowerCase()
      .normalize("NFD")
      .replace(/\p{M}/gu, "") // the dot that İ leaves, and the marks of ç, ğ, ö, ş, ü
      .replace(/ı/g, "i")
      .replace(/^[^\p{L}\p{N}_]+|[^\p{L}\p{N}_]+$/gu, "");

  elasticlunr.Pipeline.registerFunction(fold, "turkish");
  // The words that an excerpt shows as found are compared by their stems.
  elasticlunr.stemmer = fold;

  elasticlunr.Index.load = (saved) => {
    const index = new elasticlunr.Index();
    index.pipeline.add(fold);
    index.setRef(saved.ref);
    for (const field of saved.fields) index.addField(field);
    for (const text of Object.values(saved.documentStore.docs)) {
      // Excerpts are cut where the text in small letters has the word, and İ alone is longer in small letters.
      index.addDoc({ ...text, body: text.body.replaceAll("İ", "I\u0307") });
    }
    return index;
  };
})();
