"""Plausible wrong answers in architectures/convolutional-neural-network."""

MISTAKES = {
    "convolutional-neural-network-receptive-field": [
        (("(kernel - 1) * dilation", "kernel * dilation"), "sees its kernel"),
        (("* dilation * step", "* dilation"), "step of the layers before"),
        (("* dilation * step", "* step"), "span five pixels"),
        (("    step *= stride", "    step = stride"), "step of the layers before|steps multiply"),
        ("""
            def receptive_field(layers):
                size, step = 1, 1
                for kernel, stride, dilation in layers:
                    step *= stride
                    size += (kernel - 1) * dilation * step
                return size, step""",
         "from the next layer on"),
        (("return size, step", "return size"), "a pair"),
    ],
    "convolutional-neural-network-table": [
        (("len(row) + 1 for", "len(row) for"), "each output map has a bias"),
        (("(height - kernel + 1) * (width - kernel + 1)", "height * width"), "output is smaller"),
        (("parameters * positions", "(parameters - len(table)) * positions"), "bias is a connection"),
        (("kernel**2 * len(row)", "kernel**2"), "for each entry of the table"),
        (("(width - kernel + 1)", "(height - kernel + 1)"), "at every position"),
    ],
    "convolutional-neural-network-any-size": [
        (("bias=linear.bias is not None).to(linear.weight)", "bias=linear.bias is not None)"), "should stay"),
        (("bias=linear.bias is not None)", "bias=True)"), "only there"),
        (("linear.weight.view_as(convolution.weight)",
          "linear.weight.view(-1, height, width, channels).permute(0, 3, 1, 2)"), "flattening runs"),
        (("convolution.weight.copy_(linear.weight.view_as(convolution.weight))",
          "convolution.weight.data = linear.weight.data.view_as(convolution.weight)"), "share their memory"),
        (("(height, width),", "(height, width), stride=(height, width),"), "3 × 4 positions"),
        (("(height, width),", "(width, height),"), "should have the shape"),
    ],
    "convolutional-neural-network-strides": [
        (("math.prod(stride", "sum(stride"), "every shift will do"),
        (("math.prod(stride for _, stride in layers)", "max([s for _, s in layers], default=1)"),
         "strides multiply"),
        (("math.prod(stride for _, stride in layers)",
          "math.prod(kernel for kernel, _ in layers)"), "whatever the kernels are"),
        (("if pixels % step == 0 else None", ""), "part of themselves"),
        (("pixels // step if pixels % step == 0 else None",
          "pixels // step if pixels % step == 0 and pixels >= 0 else None"), "to either side"),
        (("return smallest_shift, shift_of_maps", "return smallest_shift"), "two functions"),
    ],
}
