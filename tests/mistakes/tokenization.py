"""Plausible wrong answers in language/tokenization."""

MISTAKES = {
    "tokenization-pairs": [
        (("counts.get(pair, 0) + count", "counts.get(pair, 0) + 1"), "occurs five times"),
        (("counts.get(pair, 0) + count", "count"), "add up|can stand twice"),
        (("zip(word, word[1:])", "set(zip(word, word[1:]))"), "can stand twice"),
        ("""
            def pair_counts(words):
                counts = {}
                for word, count in words.items():
                    text = "".join(word)
                    for pair in zip(text, text[1:]):
                        counts[pair] = counts.get(pair, 0) + count
                return counts""",
         "several letters"),
        (("return counts", "pass"), "return statement"),
    ],
    "tokenization-longest-match": [
        (('return ["[UNK]"]', 'return pieces + ["[UNK]"]'), "whole word"),
        (('("##" if start else "") + word', 'word'), "longest|##"),
        (('("##" if start else "")', '"##"'), "a word of the vocabulary"),
        (("range(len(word), start, -1)", "range(start + 1, len(word) + 1)"), "longest|vocabulary"),
        (("start = end", "start += 1"), "longest|go on behind"),
        ("""
            def longest_match(word, vocabulary):
                best = None
                def cut(start, pieces):
                    nonlocal best
                    if start == len(word):
                        if best is None or len(pieces) < len(best):
                            best = pieces
                    for end in range(start + 1, len(word) + 1):
                        piece = ("##" if start else "") + word[start:end]
                        if piece in vocabulary:
                            cut(end, pieces + [piece])
                cut(0, [])
                return best or ["[UNK]"]""",
         "a shorter one would leave fewer"),
    ],
    "tokenization-stream": [
        (("back * (back < wanted)", "back"), "complete belongs to it"),
        (("min(4, len(data))", "1"), "showable raised"),
        (("min(4, len(data))", "4"), "mind short data"),
        ("""
            def showable(data):
                return data.decode(errors="replace")""",
         "no �"),
        ("""
            def showable(data):
                return data""",
         "must return text"),
        (("wanted = 2 + (byte >= 0b11100000) + (byte >= 0b11110000)", "wanted = 3"),
         "complete belongs to it|showable raised"),
    ],
    "tokenization-count": [
        (("min(ways, default=None)", "max(ways, default=None)"), "gave"),
        (("min(ways, default=None)", "min(ways, default=0)"), "None"),
        ("""
            def fewest_tokens(word, vocabulary):
                count, start = 0, 0
                while start < len(word):
                    for end in range(len(word), start, -1):
                        if word[start:end] in vocabulary:
                            break
                    else:
                        return None
                    count, start = count + 1, end
                return count""",
         "try every last piece"),
        (("fewest = [0]", "fewest = [1]"), "se and a"),
        (("return fewest[-1]", "return fewest[-1] or None"), "nothing takes no piece"),
    ],
    "tokenization-expected": [
        (("/ alpha[n]", ""), "its share of all"),
        (("reversed(edges)", "edges"), "weigh each place"),
        (("counts.get(word[i:j], 0.0) + used", "used"), "add up a piece's places"),
        (("* beta[j] /", "/"), "weigh|no segmentation"),
        ("""
            def expected_counts(word, p):
                best = [(1.0, ())]
                for j in range(1, len(word) + 1):
                    best.append(max((best[i][0] * p.get(word[i:j], 0.0), best[i][1] + (word[i:j],))
                                    for i in range(j)))
                counts = {}
                for piece in best[-1][1]:
                    counts[piece] = counts.get(piece, 0.0) + 1.0
                return counts""",
         "weigh each place"),
    ],
}
