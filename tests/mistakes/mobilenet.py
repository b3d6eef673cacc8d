"""Plausible wrong answers in architectures/mobilenet."""

MISTAKES = {
    "mobilenet-inverted-cost": [
        (("expand = channels * wide if t > 1 else 0", "expand = channels * wide"), "no expansion"),
        (("2 * (wide if t > 1 else 0) + 2 * wide + 2 * out", "2 * wide + 2 * out"), "ten for norms"),
        (("9 * wide + wide * out + norms", "9 * wide * wide + wide * out + norms"), "depthwise weights"),
        (("expand * size**2 +", "expand * small**2 +"), "large map"),
        (("-(-size // stride)", "size // stride"), "ceil"),
    ],
    "mobilenet-rounding": [
        (("int(wanted + 4) // 8 * 8", "round(wanted / 8) * 8"), "halfway"),
        (("max(8, int(wanted + 4) // 8 * 8)", "max(16, int(wanted + 4) // 8 * 8)"), "never fewer"),
        (("return nearest + 8 if nearest < 0.9 * wanted else nearest", "return nearest"), "nine tenths"),
        (("int(wanted + 4) // 8 * 8", "int(wanted) // 8 * 8"), "nearer to 104"),
    ],
    "mobilenet-lost-share": [
        (("range(n)", "range(n + 1)"), "both of two"),
        (("range(n)", "range(1, n)"), "both of two|no channel"),
        (("sum(comb(m, k) for k in range(n)) / 2**m", "(m + 1) / 2**m"), "negative|of 32 patterns"),
        (("sum(comb(m, k) for k in range(n)) / 2**m", "1 - sum(comb(m, k) for k in range(n)) / 2**m"), "both of two"),
    ],
    "mobilenet-width-for": [
        (("rho**2 * B + C", "rho**2 * (B + C)"), "ρ² multiplies"),
        (("square, linear = rho**2 * A", "square, linear = A"), "ρ² multiplies"),
        (("(-linear + (linear", "(-linear - (linear"), "A \\+ B \\+ C"),
        (("return (-linear + (linear**2 + 4 * square * budget) ** 0.5) / (2 * square)",
          "return (budget / (square + linear)) ** 0.5"), "square of α"),
        (("/ (2 * square)", "/ 2 * square"), "ρ² multiplies|square of α"),
    ],
}
