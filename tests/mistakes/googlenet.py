"""Plausible wrong answers in architectures/googlenet."""

MISTAKES = {
    "googlenet-cost": [
        (("+ 9 * r3 * t + 25 * r5 * f", "+ 9 * channels * t + 25 * channels * f"), "read r3"),
        (("return kernels + biases", "return kernels"), "six filters|one bias"),
        (("kernels * size**2", "(kernels + biases) * size**2"), "four of 1 × 1|no multiply"),
        (("kernels * size**2", "kernels * size"), "every position"),
        (("(o + r3 + r5 + p)", "(o + r3 + r5)"), "four of 1 × 1"),
    ],
    "googlenet-even": [
        (("(channels * taps - 1) //", "channels * taps //"), "fewer is asked"),
        (("kernel**2 * out", "kernel * out"), "3 × 3 branch"),
        (("(channels * taps - 1) // (channels + taps)", "(channels * taps - 1) // taps"), "3 × 3 branch"),
        (("(channels * taps - 1) // (channels + taps)", "round(channels * taps / (channels + taps))"),
         "3 × 3 branch|fewer is asked"),
    ],
    "googlenet-loss-sum": [
        (("weight * sum(losses[1:])", "sum(losses[1:])"), "0.3 times"),
        (("losses[0] + weight * sum(losses[1:])", "losses[0]"), "0.3 times"),
        (("losses[0] + weight * sum(losses[1:])", "losses[-1] + weight * sum(losses[:-1])"), "first output counts"),
        (("weight * sum(losses[1:])", "weight * sum(losses[1:]) / max(1, len(losses) - 1)"), "each of the others"),
        (("F.cross_entropy(logits, targets)", "F.cross_entropy(logits.softmax(1), targets)"), "loss alone"),
    ],
    "googlenet-merge": [
        (("F.pad(ones, [2, 2, 2, 2])", "F.pad(ones, [0, 4, 0, 4])"), "in the middle"),
        (("F.pad(threes, [1, 1, 1, 1])", "F.pad(threes, [2, 0, 2, 0])"), "in the middle"),
        (("fives])", "fives]).flip(0)"), "order is that"),
        (("F.pad(ones, [2, 2, 2, 2])", "ones.expand(-1, -1, 5, 5)"), "zeros around"),
    ],
}
