"""Plausible wrong answers in optimization/mini-batch-gradient-descent."""

MISTAKES = {
    "mini-batch-gradient-descent-batches": [
        (("if drop_last else len(order)\n", "\n"), "form a last, shorter batch"),
        (("stop = len(order) - len(order) % batch_size if drop_last else len(order)", "stop = len(order)"), "must be left out"),
        (("return [order", "order = order.sort().values\n    return [order"), "keep the order"),
        (("range(0, stop, batch_size)", "range(0, stop + batch_size, batch_size)"), "an empty batch is none"),
    ],
    "mini-batch-gradient-descent-noise": [
        (("(n - batch_size) / (n - 1)", "1.0"), r"the factor \(N"),
        (("(gradients - gradients.mean(0))", "gradients"), "not the squared length"),
        (("sum(1).mean().item()", "sum(1).sum().item() / (n - 1)"), "not by N"),
        (("trace / batch_size * factor", "(trace / batch_size * factor) ** 0.5"), "no root"),
        (("trace / batch_size * factor", "trace / batch_size**2 * factor"), "divided by B"),
    ],
    "mini-batch-gradient-descent-accumulation": [
        (("    model.zero_grad()\n", ""), "set them to zero"),
        ((" / len(x)", ""), "gradient of the sum"),
        (('reduction="sum") / len(x)', 'reduction="mean") / len(x.split(size))'), "share of the rows"),
        (('reduction="sum") / len(x)', 'reduction="mean")'), "share of the rows"),
        (("zip(x.split(size), y.split(size))", "((x, y),)"), "rows in one call"),
    ],
    "mini-batch-gradient-descent-scale": [
        (("square = large - trace / c", "square = large"), "take it off"),
        (("return trace / square if square > 0 else math.inf", "return square / trace"), "other way round|ZeroDivision|division"),
        (("(1 / b - 1 / c)", "(b - c)"), "two unknowns"),
        ((" if square > 0 else math.inf", " if square else math.inf"), "must be math.inf"),
    ],
}
