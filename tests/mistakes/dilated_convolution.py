"""Plausible wrong answers in convolution/dilated-convolution."""

MISTAKES = {
    "dilated-convolution-depth": [
        (("2**layers - 1", "2**layers"), "add up to 2"),
        (("< size:", "<= size:"), "already"),
        (("1 + (kernel_size - 1)", "(kernel_size - 1)"), "already"),
        (("1 + (kernel_size - 1) *", "1 + kernel_size *"), "times k − 1"),
    ],
    "dilated-convolution-offsets": [
        (("range(kernel_size)", "range(kernel_size - 1)"), "one layer reads"),
        (("t * d", "t * 1"), "one layer reads"),
        (("reached = {j + t * d for j in reached for t in range(kernel_size)}",
          "reached |= {t * d for t in range(kernel_size)}"), "each layer adds"),
        (("return sorted(reached)", "return list(range(max(reached) + 1))"), "one layer reads"),
        ([("reached = {0}", "reached = [0]"),
          ("{j + t * d for j in reached for t in range(kernel_size)}",
           "[j + t * d for j in reached for t in range(kernel_size)]")], "listed once"),
    ],
    "dilated-convolution-phases": [
        (("x.unflatten(2, (-1, dilation))", "x.unflatten(2, (dilation, -1)).transpose(2, 3)"), "phase r"),
        (("[:, :, :length]", ""), "multiple of d"),
        (("y.permute(0, 2, 3, 1)", "y.permute(0, 2, 1, 3)"), "phase r"),
        ("""
            def by_phases(x, weight, dilation):
                return F.conv1d(x, weight, dilation=dilation)""", "with a dilation"),
        ("""
            def by_phases(x, weight, dilation):
                y = x.new_zeros(len(x), len(weight), x.shape[2] - (weight.shape[2] - 1) * dilation)
                for r in range(dilation):
                    y[:, :, r::dilation] = F.conv1d(x[:, :, r::dilation], weight)
                return y""", "share one batch"),
    ],
}
