// How a page is ranked that has the words looked for: Sphinx's own figures, but what is written for
// people comes before the lists made of the code, and those before decisions of long ago.
var Scorer = {
  score: ([page, title, anchor, description, score]) =>
    score -
    (page.startsWith("adr/") || page === "changes" ? 20 : 0) -
    (page === "errors" || page === "commands" || page === "architecture" ? 10 : 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
