"""Plausible wrong answers in architectures/efficientnet."""

MISTAKES = {
    "efficientnet-stages": [
        (("math.ceil(blocks * depth)", "round(blocks * depth)"), "rounded up"),
        (("int(target + 4) // 8 * 8", "int(target) // 8 * 8"), "halves are rounded up"),
        (("int(target + 4) // 8 * 8", "round(target / 8) * 8"), "halves"),
        (("rounded < 0.9 * target", "rounded < target"), "a twentieth"),
        (("        if rounded < 0.9 * target:\n            rounded += 8\n", ""), "loses more than a tenth"),
    ],
    "efficientnet-resolution": [
        (("budget / (depth * width**2)", "budget / (depth * width)"), "square of the width"),
        (("math.sqrt(budget / (depth * width**2))", "budget / (depth * width**2)"), "twice the resolution"),
        (("math.floor(", "round("), "exceeded"),
        (("math.floor(pixels *", "math.floor(224 *"), "pixels is"),
    ],
    "efficientnet-skip": [
        (("scale = kept / (1 - p) if p < 1 else kept", "scale = kept"), "1 - p"),
        (("scale = kept / (1 - p) if p < 1 else kept", "scale = kept / (1 - p)"), "not finite"),
        (("draws >= p", "draws < p"), "dropped|not finite"),
        (("return x + branch * scale.reshape(-1, *[1] * (x.ndim - 1))",
          "return (x + branch) * scale.reshape(-1, *[1] * (x.ndim - 1))"), "x never is"),
    ],
    "efficientnet-blocks": [
        (("drop * i / n if skip", "drop if skip"), "drop · i / n"),
        (("enumerate(skips)", "enumerate(skips, 1)"), "drop · i / n"),
        (("sum(1 - drop * i / n if skip else 1 for", "sum(1 - drop * i / n for"), "without a skip"),
        (("n = len(skips)", "n = sum(skips)"), "all blocks"),
        (("i / n", "i / (n - 1)"), "drop · i / n|i counts"),
    ],
}
