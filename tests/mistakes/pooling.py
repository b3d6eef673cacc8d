"""Plausible wrong answers in convolution/pooling."""

MISTAKES = {
    "pooling-ceil": [
        (("return m - 1 if (m - 1) * s >= n + p else m", "return m"), "start in the padding behind"),
        (("n + 2 * p - k", "n + p - k"), "rounded down"),
        (("m = -(-room // s) + 1", "m = room // s + 1"), "hangs over the border"),
        ((">= n + p else", ">= n + p - 1 else"), "hangs over the border"),
        (("room // s + 1\n    m", "room // s\n    m"), "rounded down"),
    ],
    "pooling-power-mean": [
        ((".mean(4)", ".sum(4)"), "that is the sum"),
        (("x.abs().unfold", "x.unfold"), "absolute|NaN|mean of absolute"),
        ("""
            def power_mean(x, p, k):
                windows = x.abs().unfold(2, k, k).unfold(3, k, k).flatten(4)
                return (windows ** p).mean(4) ** (1 / p)""", "overflows or vanishes"),
        ("""
            def power_mean(x, p, k):
                windows = x.abs().unfold(2, k, k).unfold(3, k, k).flatten(4)
                largest = windows.amax(4, keepdim=True)
                return largest[..., 0] * ((windows / largest) ** p).mean(4) ** (1 / p)""", "0 / 0"),
        ("""
            def power_mean(x, p, k):
                windows = x.abs().unfold(2, k, k).unfold(3, k, k).flatten(4)
                return (windows ** p).sum(4) ** (1 / p) / k**2""", "inside the root"),
    ],
    "pooling-adaptive-windows": [
        (("-(-(i + 1) * n // m)", "(i + 1) * n // m"), "rounded up"),
        (("-(-(i + 1) * n // m)", "(i + 1) * -(-n // m)"), "the end of window"),
        (("i * n // m,", "i * (n // m),"), "starts are rounded down"),
        ("""
            def adaptive_windows(n, m):
                return [(math.floor(i * n / m), math.ceil((i + 1) * n / m)) for i in range(m)]""",
         "has rounded"),
    ],
    "pooling-shared-gradient": [
        ((" / winners.sum((3, 5), keepdim=True)", ""), "must add up"),
        (("/ winners.sum((3, 5), keepdim=True)", "/ k**2"), "must add up"),
        (("blocks == blocks.amax((3, 5), keepdim=True)", "blocks == blocks"), "equal to the window"),
        ("""
            def shared_gradient(x, k, g):
                leaf = x.clone().requires_grad_()
                F.max_pool2d(leaf, k).backward(g)
                return leaf.grad""", "all of them equally"),
    ],
}
