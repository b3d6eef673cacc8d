"""Plausible wrong answers in generalization/transfer-learning."""

MISTAKES = {
    "transfer-learning-rates": [
        (("layers - 1 - k", "k"), "next to the input"),
        (("layers - 1 - k", "layers - k"), "the head gets lr itself"),
        (("* factor **", "/ factor **"), "factor times the rate of the layer after it"),
    ],
    "transfer-learning-copy": [
        (("own = model.state_dict()", "own = dict(model.named_parameters())"), "buffers"),
        (("and weights[name].shape == value.shape", ""), "size mismatch|shape"),
        (("sorted(set(own) - set(matching))", "sorted(set(weights) - set(matching))"), "those of the model's state dict"),
        (("sorted(set(own) - set(matching))", "sorted(matching)"), "not copied"),
        (("strict=False", "strict=False, assign=True"), "in place"),
    ],
    "transfer-learning-frozen": [
        (("        return self\n", ""), "return the model itself"),
        (("        self.body.eval()\n", ""), "evaluation mode"),
        (("        super().train(mode)\n", ""), "the mode that was asked for"),
        (("self.body.eval()", "self.body.training = False"), "all of it must stay"),
    ],
    "transfer-learning-pull": [
        (("return strength / 2", "return strength"), "½ is missing"),
        (("(p - start[name])", "(p.detach() - start[name])"), "must have a gradient"),
        ([("start[name]", "start.get(name, 0)"), (" if name in start", "")], "do not count"),
        ((".square().sum()", ".abs().sum()"), "squared differences"),
    ],
}
