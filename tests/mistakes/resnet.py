"""Plausible wrong answers in architectures/resnet."""

MISTAKES = {
    "resnet-layers": [
        (('"bottleneck": 3', '"bottleneck": 2'), "three layers"),
        (("* sum(depths) + 1", "* sum(depths)"), "stem and the last"),
        (("return 1 + {", "return 5 + {"), "stem and the last"),
        (("sum(depths)", "len(depths)"), "two layers in each"),
    ],
    "resnet-gradients": [
        (("gradient = gradient + jacobian.T @ gradient", "gradient = jacobian.T @ gradient"), "I \\+ F"),
        (("jacobian.T", "jacobian"), "transposed"),
        (("reversed(jacobians)", "jacobians"), "beginning at the top"),
        (("gradients[::-1]", "gradients"), "begins with"),
        (("return gradients[::-1]", "return gradients[:0:-1]"), "by x_0 to x_L"),
    ],
    "resnet-identity": [
        (("nn.init.zeros_(block.bn3.weight)", "nn.init.zeros_(block.bn2.weight)"), "last normalization"),
        (("nn.init.zeros_(block.bn2.weight)", "nn.init.zeros_(block.conv2.weight)"), "weight of a convolution"),
        (("nn.init.zeros_(block.bn2.weight)", "nn.init.zeros_(block.bn2.bias)"), "does not pass"),
        (("nn.init.zeros_(block.bn2.weight)",
          "nn.init.zeros_(block.bn1.weight); nn.init.zeros_(block.bn2.weight)"), "is enough"),
        ("""
            def start_as_identity(model):
                for stage in (model.layer1, model.layer2):
                    for block in list(stage)[1:]:
                        last = block.bn3 if hasattr(block, "bn3") else block.bn2
                        nn.init.zeros_(last.weight)""",
         r"layer1\.0, a basic block without a projection"),
    ],
    "resnet-deepen": [
        (("        nn.init.dirac_(kernel.weight)          # 1 at the center, channel to channel\n", ""),
         "center of its own channel"),
        (("nn.init.dirac_(kernel.weight)", "nn.init.ones_(kernel.weight)"), "center of its own channel|mixed"),
        (("nn.init.dirac_(kernel.weight)", "nn.init.zeros_(kernel.weight)"), "center of its own channel"),
        (("padding=1, bias=False", "bias=False"), "pad by 1"),
        (("padding=1, bias=False", "padding=1"), "without bias"),
    ],
}
