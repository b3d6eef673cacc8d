"""Plausible wrong answers in vision/semantic-segmentation."""

MISTAKES = {
    "semantic-segmentation-iou": [
        (("if either else None", "if either else 0.0"), "None"),
        (("if either else None", "if both else None"), "missed"),
        (("(predicted == k) | (target == k)", "(target == k)"), "union|expected"),
        (("both / either", "2 * both / (both + either)"), "example"),
        (("return ious", "return ious[1:]"), "entry for each class"),
    ],
    "semantic-segmentation-size": [
        (("side = 2 * side - 4", "side = 2 * side"), "expected"),
        (("        if side < 1 or side % 2:", "        if side < 1:"), "odd"),
        (("return side if side >= 1 else None", "return side"), "nothing is left"),
        (("    side -= 4                                    # the bottom\n", ""), "expected"),
        (("        side -= 4                                # two convolutions", "        side -= 2"), "expected"),
    ],
    "semantic-segmentation-cast": [
        (("        conv.bias = nn.Parameter(linear.bias.detach().clone())\n", "        pass\n"), "other numbers"),
        (("outputs, side, bias", "outputs, side, padding=side // 2, bias"), "must give"),
        (("reshape(outputs, channels, side, side)", "reshape(outputs, side, side, channels).permute(0, 3, 1, 2)"),
         "channel after the other"),
        (("outputs, side, bias", "outputs, side, stride=side, bias"), "moves by one"),
    ],
    "semantic-segmentation-border": [
        (("if len(objects) < 2", "if len(objects) < 1"), "one object"),
        (("[:2].sum(0)", "[1]"), "d1 = d2"),
        (("weights[instances == 0] += w0", "weights[instances == 0] *= w0"), "d1 = d2"),
        (("torch.cdist(empty, (instances == k).nonzero().float())",
          "torch.cdist(empty, (instances == k).nonzero().float(), p=1)"), "straight"),
        (("(2 * sigma**2)", "(sigma**2)"), "d1 = d2"),
        (("    distances = torch.stack([\n        torch.cdist(empty, (instances == k).nonzero().float()).amin(1)\n"
          "        for k in objects])                                     # (objects, pixels)",
          "    distances = torch.cdist(empty, (instances > 0).nonzero().float()).T"), "not the second nearest pixel"),
    ],
}
