"""Plausible wrong answers in architectures/vgg."""

MISTAKES = {
    "vgg-parameters": [
        (("(9 * channels + 1) * width", "9 * channels * width"), "one bias"),
        (("            channels = width\n", ""), "expected"),
        (("channels * grid**2 + 1", "channels * grid + 1"), "grid²"),
        (("return total + (hidden + 1) * hidden + (hidden", "return total + (hidden"), "weights|three linear"),
        (("total += (channels * grid**2 + 1) * hidden", "total += channels * grid**2 * hidden"), "bias|weights"),
    ],
    "vgg-field": [
        (("field += 2 * depth * step", "field += 3 * depth * step"), "sees 3"),
        (("        field += step                      # pooling adds one\n", ""), "pooling"),
        (("        step *= 2\n", ""), "two pixels apart"),
        (("field += step ", "field += 2 * step "), "pooling"),
    ],
    "vgg-compose": [
        (("second[:, :, a, b]", "second[:, :, 2 - a, 2 - b]"), "shifts the first"),
        (("    return total\n", "    return total.flip(2, 3)\n"), "180 degrees"),
        (("total[:, :, a:a + kernel[0], b:b + kernel[1]] +=", "total[:, :, a:a + kernel[0], b:b + kernel[1]] ="),
         "shifts the first"),
        (("b:b + kernel[1]] +=", "b:b + kernel[1]] -="), "shifts the first"),
    ],
    "vgg-places": [
        (("step * (i + grid / 2)", "step * i"), "middle of the picture"),
        (("step * (i + grid / 2)", "i + step * grid / 2"), "far apart"),
        (("cells - grid + 1)", "cells - grid)"), "one window"),
        (("size // step ", "-(-size // step) "), "rounds down|too few"),
        (("grid / 2", "grid // 2"), "half a cell|one window"),
    ],
}
