"""Plausible wrong answers in architectures/densenet."""

MISTAKES = {
    "densenet-layers": [
        (("2 * sum(depths)", "sum(depths)"), "two convolutions"),
        (("transitions = len(depths) - 1", "transitions = len(depths)"), "no transition"),
        (("+ transitions + 1", "+ 1"), "transition between blocks"),
        (("+ transitions + 1", "+ transitions"), "classifier"),
    ],
    "densenet-size": [
        (("            channels += k\n", ""), "expected"),
        (("total += 2 * channels + 4 * k * channels ", "total += 4 * k * channels "), "normalization"),
        (("            channels //= 2\n", ""), "half"),
        (("36 * k**2", "9 * k**2"), "3 × 3"),
        (("    total += 2 * channels\n    return", "    return"), "last normalization"),
        (("        if i < len(depths) - 1:\n", "        if True:\n"), "expected"),
        (("total += 2 * channels + channels * (channels // 2)", "total += channels * (channels // 2)"),
         "transition has a normalization"),
    ],
    "densenet-sum": [
        (("zip(maps, parts)", "zip(maps, reversed(parts))"), "in order"),
        (("return sum(F.conv2d(m, part) for m, part in zip(maps, parts))",
          "return F.conv2d(torch.cat(maps, 1), weight)"), "split the weight"),
        (("return sum(F.conv2d(m, part) for m, part in zip(maps, parts))",
          "return sum(F.conv2d(m, part) for m, part in zip(maps, parts)) / len(maps)"), "add up"),
        (("return sum(F.conv2d(m, part) for m, part in zip(maps, parts))",
          "return F.conv2d(maps[0], parts[0])"), "add up"),
    ],
    "densenet-deepest": [
        (("(L + 1) <= budget", "(L + 1) < budget"), "exactly"),
        (("    return L\n", "    return L + 1\n"), "expected 0"),
        (("k * L * (L - 1) + 8", "8"), "k channels more"),
        (("return k0 + (L - 1) * k + 8 * k * L", "return 8 * k * L"), "recomputed"),
        (("        if recompute:\n            return k0 + (L - 1) * k + 8 * k * L\n", ""), "recomputed"),
    ],
}
