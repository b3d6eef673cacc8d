// Narrows a page's entries as the reader types: the glossary's terms, the ledger's claims.
// Everything it needs is in the page, so it works from a folder as well as from a server.
(() => {
  const root = document.querySelector(".dg-find");
  if (!root) return;
  const scope = root.hasAttribute("data-page") ? root.closest("article") : root;
  const field = root.querySelector('input[type="search"]');
  const menus = [...root.querySelectorAll("select[data-filter]")];
  const count = root.querySelector(".dg-count");
  const nothing = root.querySelector(".dg-nothing");
  const noun = root.dataset.noun;

  const entries = [...scope.querySelectorAll("[data-entry]")].map(element => ({
    element,
    // A line break keeps a query from matching across the seam of two names.
    names: [...element.querySelectorAll("[data-name]")].map(n => dgNames.fold(n.textContent)).join("\n"),
  }));

  const narrow = () => {
    const query = dgNames.fold(field.value), bare = dgNames.bare(query);
    let shown = 0;
    for (const { element, names } of entries) {
      const fits = (names.includes(query) || names.includes(bare))
        && menus.every(m => !m.value || element.dataset[m.dataset.filter] === m.value);
      element.hidden = !fits;
      shown += fits;
    }
    // A group without entries goes; so does a section whose groups have all gone.
    for (const group of scope.querySelectorAll("[data-group]"))
      group.hidden = !group.querySelector("[data-entry]:not([hidden])");
    if (scope !== root)
      for (const section of scope.querySelectorAll("section section"))
        section.hidden = !section.querySelector("[data-entry]:not([hidden])");
    const narrowed = query || menus.some(m => m.value);
    count.textContent = narrowed
      ? `${shown} of ${entries.length} ${noun}s` : `${entries.length} ${noun}s`;
    nothing.hidden = shown > 0;
  };

  field.addEventListener("input", narrow);
  field.addEventListener("keydown", event => {
    if (event.key === "Escape" && field.value) {
      field.value = "";
      narrow();
      event.preventDefault();
    }
  });
  menus.forEach(menu => menu.addEventListener("change", narrow));

  // The same entries on other shelves: by letter, as they come, or by part and chapter.
  const list = root.querySelector(".dg-list");
  if (list) {
    const letters = [...list.children];
    const nav = root.querySelector(".dg-letters");
    const homes = entries.map(({ element }) => [element, element.parentElement]);
    const make = (name, attributes, ...children) => {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      element.append(...children);
      return element;
    };
    const byPart = () => {
      const bySlug = Map.groupBy
        ? Map.groupBy(entries, e => e.element.dataset.chapter)
        : entries.reduce((map, e) => map.set(e.element.dataset.chapter,
            [...(map.get(e.element.dataset.chapter) || []), e]), new Map());
      return [...root.querySelectorAll(".dg-shelves > li")].map(part => {
        const id = `part-${part.dataset.part}`;
        const section = make("section",
          { class: "dg-group", "aria-labelledby": id, "data-group": "" },
          make("h2", { id }, part.dataset.title));
        for (const chapter of part.children) {
          const terms = make("dl", {}, ...bySlug.get(chapter.dataset.slug).map(e => e.element));
          section.append(make("div", { "data-group": "" },
            make("h3", {}, chapter.textContent), terms));
        }
        return section;
      });
    };
    const arrange = view => {
      if (view === "parts") list.replaceChildren(...byPart());
      else {
        homes.forEach(([element, home]) => home.append(element));
        list.replaceChildren(...letters);
      }
      nav.hidden = view === "parts";
      narrow();
    };
    root.querySelectorAll('input[name="dg-view"]').forEach(radio =>
      radio.addEventListener("change", () => arrange(radio.value)));
    // A browser that goes back restores the choice but not the order.
    const chosen = root.querySelector('input[name="dg-view"]:checked');
    if (chosen.value === "parts") arrange("parts");
  }
  if (field.value || menus.some(menu => menu.value)) narrow();
})();
