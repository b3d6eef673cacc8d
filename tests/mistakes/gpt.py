"""Plausible wrong answers in pretraining/gpt."""

MISTAKES = {
    "gpt-causal-loss": [
        ([("logits[:, :-1]", "logits"), ("ids[:, 1:]", "ids")], "row t of the logits is about token t . 1"),
        ([("logits[:, :-1]", "logits[:, 1:]"), ("ids[:, 1:]", "ids[:, :-1]")], "row t of the logits is about token t . 1"),
        (("if pad is None", "if not pad"), "pad = 0 is not the same as no pad"),
        (("losses[targets != pad].mean()", "(losses * (targets != pad)).mean()"), "targets that are not padding"),
        (("losses.mean() if pad is None", "losses.sum() if pad is None"), "row t"),
    ],
    "gpt-parameters": [
        (("+ 2 * d\n", "\n"), "one more norm stands behind"),
        (("(1 if tied else 2)", "(2 if tied else 1)"), "a vector for each token"),
        (("+ 4 * d\n", "\n"), "two norms"),
        (("(2 * d * h + h + d)", "(8 * d * d + 5 * d)"), "hidden units as given"),
        (("layers * layer + tables + 2 * d", "layers * (layer + 2 * d) + tables"), "the last norm comes once"),
    ],
    "gpt-attention-weights": [
        (('published[name + "c_attn.weight"].T.chunk(3)', 'published[name + "c_attn.weight"].chunk(3, 1)'),
         "published weights are .in, out."),
        (('published[name + "c_proj.weight"].T', 'published[name + "c_proj.weight"]'), "the square ones included"),
        (('f"h.{k}.attn."', '"h.0.attn."'), "in layer 1"),
        (('[name + "c_attn.weight"].T.chunk(3)', '[name + "c_attn.weight"].T.unflatten(0, (-1, 3)).unbind(1)'),
         "stand side by side"),
    ],
    "gpt-greedy": [
        (("new = model(new, caches)", "new = model(ids, None)"), "read each token once"),
        (("new = model(new, caches)", "new = model(ids, caches)"), "already hold|17 positions"),
        (("[:, -1]", "[:, 0]"), "last row of the logits"),
        (("ids = torch.cat([ids, new], 1)", "ids = torch.cat([ids, new], 1)\n    return ids[:, prompt.shape[1]:]"),
         "the prompt comes first"),
        (("caches, ids, new =", "return model.generate(prompt, length, 0)\n    caches, ids, new ="),
         "must not call generate"),
        (("model.start(), prompt, prompt", "model.start(), prompt, prompt[:, -1:]"), "already hold"),
    ],
    "gpt-power-law": [
        (("a.item(), -slope.item()", "a.item(), slope.item()"), "the exponent is positive where the loss falls"),
        (("(y.mean() - slope * x.mean()).exp()", "y.mean() - slope * x.mean()"), "not its logarithm"),
        (("sizes.double().log(), losses.double().log()", "sizes.double().log(), losses.double()"), "logarithm"),
        (("slope = ((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum()",
          "slope = (y[-1] - y[0]) / (x[-1] - x[0])"), "over all points"),
    ],
}
