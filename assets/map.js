// Lights up a chapter's arrows and neighbors while it is pointed at or has the focus.
(() => {
  const map = document.querySelector(".dg-map svg");
  if (!map) return;
  const nodes = new Map([...map.querySelectorAll(".dg-node")].map(n => [n.dataset.chapter, n]));
  const edges = [...map.querySelectorAll(".dg-edges path")];
  const clear = () => {
    map.classList.remove("dg-dim");
    map.querySelectorAll(".dg-lit").forEach(element => element.classList.remove("dg-lit"));
  };
  const light = slug => {
    clear();
    map.classList.add("dg-dim");
    nodes.get(slug).classList.add("dg-lit");
    for (const edge of edges) {
      const { from, to } = edge.dataset;
      if (from !== slug && to !== slug) continue;
      edge.classList.add("dg-lit");
      nodes.get(from === slug ? to : from).classList.add("dg-lit");
    }
  };
  for (const [slug, node] of nodes) {
    node.addEventListener("pointerenter", () => light(slug));
    node.addEventListener("pointerleave", clear);
    node.addEventListener("focus", () => light(slug));
    node.addEventListener("blur", clear);
  }
})();
