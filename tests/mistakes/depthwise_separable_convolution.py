"""Plausible wrong answers in convolution/depthwise-separable-convolution."""

MISTAKES = {
    "depthwise-separable-convolution-share": [
        (("multiplier / out_channels + multiplier / kernel**2", "1 / out_channels + 1 / kernel**2"),
         "widens both steps"),
        (("multiplier / kernel**2", "1 / kernel**2"), "has C·m inputs"),
        (("kernel**2", "kernel"), "the full one k²"),
        (("return multiplier / out_channels + multiplier / kernel**2",
          "return 1 / (multiplier / out_channels + multiplier / kernel**2)"), "not how many times"),
    ],
    "pointwise-convolution-linear": [
        (("bias).movedim(-1, 1)", "bias)"), "the channels are axis 1"),
        (("weight, bias)", "weight)"), "with a bias"),
        (("x.movedim(1, -1)", "x.transpose(1, -1)"), "axis 1"),
        ("""
            def pointwise(x, weight, bias=None):
                y = torch.einsum("oc,nc...->no...", weight, x)
                return y if bias is None or y.ndim == 4 else y + bias.view(-1, *[1] * (y.ndim - 2))""",
         "with a bias"),
    ],
    "depthwise-separable-convolution-kernel": [
        (("pointwise.unflatten(1, depthwise.shape[:2])",
          "pointwise.unflatten(1, depthwise.shape[:2][::-1]).transpose(1, 2)"), "c·m"),
        (("ocr,cruv->ocuv", "ocr,cruv->ocvu"), "w\\[o, c\\]"),
        (("torch.einsum(\"ocr,cruv->ocuv\", mixing, depthwise)",
          "mixing[:, :, 0, None, None] * depthwise[:, 0]"), "sum over r"),
        (("return torch.einsum(\"ocr,cruv->ocuv\", mixing, depthwise)",
          "return torch.einsum(\"ocr,cruv->couv\", mixing, depthwise)"), "shape"),
    ],
    "depthwise-separable-convolution-spatial": [
        (("largest = kernel.abs().argmax().item()", "largest = 0"), "zeros|zero|column"),
        (("kernel[i] / kernel[i, j]", "kernel[i]"), "None|pair"),
        (("<= 1e-6 * kernel.norm()", "<= 1e-6"), "relative"),
        (("(column, row) if error <= 1e-6 * kernel.norm() else None", "(column, row)"), "None is wanted"),
        (("kernel.abs().argmax()", "kernel.argmax()"), "corner|zero|pair"),
        (("<= 1e-6 * kernel.norm()", "< 0.05 * kernel.norm()"), "nearly separable"),
    ],
}
