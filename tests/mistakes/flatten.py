"""Plausible wrong answers in convolution/flatten."""

MISTAKES = {
    "flatten-index": [
        (("divmod(j, width)", "divmod(j, height)"), "the column runs fastest|height · width"),
        (("return channel, row, column", "return column, row, channel"), "in this order"),
        (("divmod(rows, height)", "divmod(rows, channels)"), "height · width|in this order"),
        ("""
            def pixel(j, channels, height, width):
                places, channel = divmod(j, channels)
                return channel, places // width, places % width""",
         "the column runs fastest|in this order"),
    ],
    "flatten-view": [
        ((" if n != 1]", "]"), "axes of size 1"),
        (("    if 0 in sizes:\n        return True\n", ""), "nothing to move"),
        (("step == m * inner", "step >= inner"), "as all steps of the next one"),
        ("""
            def is_view(sizes, strides):
                if 0 in sizes:
                    return True
                wanted = row_major_strides(sizes)
                return all(n == 1 or a == b for n, a, b in zip(sizes, strides, wanted))""",
         "need not be 1|as all steps"),
    ],
    "flatten-channels-last-weights": [
        (("maps.permute(0, 3, 1, 2).flatten(1)", "maps.reshape(weight.shape)"), "the outputs differ"),
        (("(height, width, channels)", "(channels, height, width)"), "the outputs differ"),
        (("permute(0, 3, 1, 2)", "permute(0, 3, 2, 1)"), "the outputs differ"),
        (("permute(0, 3, 1, 2).flatten(1)", "permute(0, 3, 1, 2).flatten()"), "must stay"),
    ],
}
