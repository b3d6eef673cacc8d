// A page opened from a folder may not fetch another page, so search results show no excerpts there.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined")
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// How names are compared, in whatever searches them.
const dgNames = {
  // Width, case, blanks and hyphens make no difference: "ＲｅＬＵ" is "relu".
  fold: text => text.normalize("NFKC").toUpperCase().toLowerCase()
    .normalize("NFKC").replace(/[\s\-‐‑–·]+/gu, ""),
  // A Korean noun is also found with the particle that it has in a sentence: 과적합은 is 과적합.
  bare: text => text.normalize("NFC")
    .replace(/(?<=[가-힣]{2})(?:이란|란|으로|로|은|는|이|가|을|를|의|에|와|과|도)(?=\s|$)/gu, ""),
};

// Who opens a term's card in Japanese or Korean finds it open on every other page, too.
{
  const KEY = "dg-languages", CARDS = ".dg-term details[lang]";
  const chosen = () => {
    // Where a browser keeps nothing for a page, every page begins in English.
    try { return new Set((localStorage.getItem(KEY) || "").split(" ").filter(Boolean)); } catch { return new Set(); }
  };
  const apply = () => {
    const languages = chosen();
    for (const details of document.querySelectorAll(CARDS)) details.open = languages.has(details.lang);
  };
  const keep = event => {
    if (!event.target.closest(`${CARDS} > summary`)) return;
    // Not the toggle event: opening a card in the name of the reader would count as a choice.
    const details = event.target.closest("details"), languages = chosen();
    details.open ? languages.delete(details.lang) : languages.add(details.lang);
    try { localStorage.setItem(KEY, [...languages].join(" ")); } catch { /* nothing to keep it in */ }
  };
  document.addEventListener("click", keep);
  addEventListener("pageshow", event => event.persisted && apply());
  // While the page is being read, so that nothing moves before the reader's eyes.
  const watcher = new MutationObserver(apply);
  watcher.observe(document, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => { watcher.disconnect(); apply(); });
}
