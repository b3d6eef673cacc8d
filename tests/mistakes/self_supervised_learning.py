"""Plausible wrong answers in pretraining/self-supervised-learning."""

MISTAKES = {
    "self-supervised-learning-rotations": [
        (("transpose(1, 2).flip(1)", "transpose(1, 2).flip(2)"), "counterclockwise"),
        (("transpose(1, 2).flip(1)", "flip(1)"), "counterclockwise"),
        (("labels = torch.arange(4, device=x.device).repeat_interleave(len(x))",
          "labels = torch.arange(4, device=x.device).repeat(len(x))"), "order of the pictures"),
        (("torch.cat(turned), labels", "torch.stack(turned, 1).flatten(0, 1), labels"), "first all unturned"),
        (("torch.cat(turned), labels", "torch.cat(turned)"), "two things"),
        (("for _ in range(3)", "for _ in range(2)"), "must have shape"),
    ],
    "self-supervised-learning-batch": [
        (("nearest if math.isclose(nearest, exact) else math.ceil(exact)", "math.ceil(exact)"), "mind the last digit"),
        (("nearest if math.isclose(nearest, exact) else math.ceil(exact)", "nearest"), "between 1 and 2|log 7"),
        (("math.exp(information)", "2**information"), "mind the last digit|nats"),
        (("nearest if math.isclose(nearest, exact) else math.ceil(exact)", "exact"), "mind the last digit"),
    ],
    "self-supervised-learning-budget": [
        (("(6 * ratio)", "(2 * ratio)"), "6ND is"),
        (("math.sqrt(flops / (6 * ratio))", "flops / (6 * ratio)"), "6ND is"),
        (("return parameters, ratio * parameters", "return ratio * parameters, parameters"), "tokens over parameters"),
        (("return parameters, ratio * parameters", "return parameters"), "two numbers"),
    ],
    "self-supervised-learning-twins": [
        (("    left_out[torch.arange(2 * n, device=z.device), partner] = False\n", ""), "in each sum stand the partner"),
        (("left_out = y[:, None] == y", "left_out = y[:, None] != y"), "in each sum stand the partner"),
        (("left_out = y[:, None] == y", "left_out = torch.eye(2 * n, dtype=torch.bool, device=z.device)"),
         "in each sum stand the partner"),
        (("z = F.normalize(torch.cat([z1, z2]), dim=1)", "z = torch.cat([z1, z2])"), "in each sum stand the partner|NT-Xent"),
        (("/ temperature", "* temperature"), "in each sum stand the partner"),
        (("F.cross_entropy(logits, partner)", "F.cross_entropy(logits[:n], partner[:n])"), "a mean over 2N"),
    ],
}
