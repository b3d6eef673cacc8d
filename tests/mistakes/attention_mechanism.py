"""Plausible wrong answers in attention/attention-mechanism."""

MISTAKES = {
    "attention-mechanism-lead": [
        (("(keys - 1)", "keys"), "solve"),
        (("math.log(odds)", "math.log2(odds)"), "solve"),
        (("share * (keys - 1)", "(keys - 1)"), "solve"),
        (("math.log(odds)", "max(0.0, math.log(odds))"), "negative lead"),
    ],
    "attention-mechanism-additive": [
        (("scores.masked_fill(outside, -torch.inf)", "scores"), "behind a length"),
        (("scores.masked_fill(outside, -torch.inf)", "scores.masked_fill(outside, 0.0)"), "behind a length"),
        (("keys @ w_k.T).tanh()", "keys @ w_k.T)"), "v'tanh"),
        (("@ keys)[:, 0]", "@ (keys @ w_k.T))[:, 0]"), "keys themselves"),
        ((".softmax(1)", ".softmax(0).nan_to_num()"), "over the keys"),
    ],
    "attention-mechanism-local": [
        (("sigma = width / 2", "sigma = width"), "σ = width / 2"),
        (("near = (away.abs() <= width) & (j < lengths[:, None])", "near = away.abs() <= width"), "behind the length"),
        (("near = (away.abs() <= width) & (j < lengths[:, None])", "near = j < lengths[:, None]"),
         "outside of the window"),
        (("return weights * bell", "return weights * bell / (weights * bell).sum(1, keepdim=True)"), "divided again"),
        (("scores.masked_fill(~near, -torch.inf).softmax(1)", "scores.softmax(1) * near"), "window alone"),
    ],
    "attention-mechanism-reinforce": [
        ((" - scores.softmax(0)", ""), "one-hot"),
        (("losses - baseline", "losses + baseline"), "baseline"),
        ((".mean(0)", ".sum(0)"), "mean over the draws"),
        (("losses - baseline", "losses * 0 + losses.mean() - baseline"), "mean over the draws"),
    ],
}
