"""Plausible wrong answers in convolution/convolution."""

MISTAKES = {
    "convolution-cost": [
        (("(products + 1)", "products"), "each filter has a bias"),
        (("in_channels // groups *", "in_channels *"), "C_in / groups channels"),
        (("kernel_size**2", "kernel_size"), "spans all input channels"),
        (("- kernel_size) // stride", ") // stride"), "multiplications"),
        (("for n in size)", "for n in (size[0], size[0]))"), "height and width differ"),
        (("stride=1,", "stride=2,"), "unless the caller says otherwise"),
    ],
    "convolution-full": [
        (("b.flip(0)", "b"), "does not turn the filter"),
        (("padding=len(b) - 1", "padding=0"), "pad by k - 1"),
        (("padding=len(b) - 1", "padding=len(a) - 1"), "pad by k - 1"),
        (("[0, 0]", ""), "return shape"),
    ],
    "convolution-probe": [
        ((".flip(2, 3)", ""), "turned around"),
        (("(y[1:] - y[:1])", "y[1:]"), "holds the bias"),
        ((".transpose(0, 1)", ""), "weight"),
        (("bias = y[0, :, k // 2, k // 2]", "bias = y[1, :, k // 2, k // 2]"), "blank input"),
        (("y = layer(x) ", "y = torch.cat([layer(example[None]) for example in x]) "), "one call is enough"),
    ],
    "convolution-match": [
        (("centered = pattern - pattern.mean()", "centered = pattern"), "center the patch"),
        (("spread = squares - sums**2 / pattern.numel()", "spread = squares"), "center the patch"),
        ((".sqrt() * centered.norm()", ".sqrt()"), "divide by its length and the pattern's"),
        (("sums**2 / pattern.numel()", "sums**2 / 9"), "center the patch and divide"),
        (("(products / length).masked_fill(constant, 0)", "products / (spread.sqrt() * centered.norm())"),
         "constant"),
        (("picture = picture - picture.mean()", "picture -= picture.mean()"), "changed in place"),
    ],
    "convolution-backward": [
        (("weight.flip(2, 3).", "weight."), "turn the filters"),
        (("spread[..., ::stride, ::stride] = g", "spread[..., :g.shape[2], :g.shape[3]] = g"),
         "zeros between"),
        (("padded[..., padding:padding + size[0], padding:padding + size[1]]",
          "padded[..., :size[0], :size[1]]"), "cut off"),
        (("for k in reversed(kernel)", "for k in kernel"), "square"),
        ("""
            def input_gradient(g, weight, size, stride=1, padding=0):
                g = F.pad(g, [weight.shape[3] - 1] * 2 + [weight.shape[2] - 1] * 2)
                return F.conv2d(g, weight.flip(2, 3).transpose(0, 1))""", "cut off"),
        ("""
            def input_gradient(g, weight, size, stride=1, padding=0):
                rest = [n - (stride * (m - 1) - 2 * padding + k)
                        for n, m, k in zip(size, g.shape[2:], weight.shape[2:])]
                return F.conv_transpose2d(g, weight, stride=stride, padding=padding, output_padding=rest)""",
         "no transposed convolution"),
        ("""
            def input_gradient(g, weight, size, stride=1, padding=0):
                x = g.new_zeros(len(g), weight.shape[1], *size).requires_grad_()
                return torch.autograd.grad(F.conv2d(x, weight, None, stride, padding), x, g)[0]""",
         "no autograd"),
    ],
}
