// Sphinx's search finds a term as it is written in the glossary. Here it is also found by its name as one
// word and, where that is no term, without the particles of a Korean sentence or by a part of its name.
{
  const search = Search._performSearch;
  const TERM = "#term-";
  const isTerm = result => result[2].startsWith(TERM);

  // The glossary's entries whose name as one word is the query, or else holds it, as Sphinx's results.
  const loose = (query, holds) => {
    const { objects, objnames, titles, docnames, filenames } = Search._index;
    const word = dgNames.fold(query), found = [];
    for (const [prefix, group] of Object.entries(objects))
      for (const [file, kind, , anchor, last] of group) {
        const name = prefix ? `${prefix}.${last}` : last, folded = dgNames.fold(name);
        if (!`#${anchor}`.startsWith(TERM) || !word) continue;
        if (!(holds ? folded.includes(word) : folded === word)) continue;
        const score = folded === word ? Scorer.objNameMatch : Scorer.objPartialMatch;
        found.push([docnames[file], name, `#${anchor}`, `${objnames[kind][2]}, in ${titles[file]}`, score, filenames[file]]);
      }
    return found;
  };

  Search._performSearch = (query, ...parsed) => {
    const found = [...search(query, ...parsed), ...loose(query, false)];
    if (!found.some(isTerm)) {
      const bare = dgNames.bare(query.trim());
      if (bare !== query.trim()) found.push(...search(...Search._parseQuery(bare)), ...loose(bare, false));
      if (!found.some(isTerm)) found.push(...loose(bare, true));
    }
    const known = new Set(), key = result => result.slice(0, 3).join("\n");
    return found.filter(result => !known.has(key(result)) && known.add(key(result)))
      .sort(_orderResultsByScoreThenName);
  };
}
