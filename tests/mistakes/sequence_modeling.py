"""Plausible wrong answers in sequences/sequence-modeling."""

MISTAKES = {
    "sequence-modeling-sees": [
        (("everything.tril(delay)", "everything.tril()"), "delay of 2"),
        (("everything.tril(delay)", "everything.triu(-delay)"), "itself included|delay of 2"),
        (("everything.tril(delay)", "everything.tril(delay - 1)"), "itself included"),
        (("torch.ones(outputs, inputs, dtype=torch.bool)", "torch.ones(outputs, inputs)"), "boolean"),
        (("torch.ones(outputs, inputs,", "torch.ones(inputs, outputs,"), "a row for each output"),
        (("outputs == inputs - delay", "True"), "must raise ValueError"),
    ],
    "sequence-modeling-autocorrelation": [
        (("x = x - x.mean()", "pass"), "mean"),
        (("/ total", "/ total * len(x) / (len(x) - k)"), "sum of all squares"),
        (("if total > 0:", "if True:"), "0/0"),
        (("min(lags, len(x) - 1) + 1", "min(lags, len(x) - 1)"), "sum of all squares"),
        (("x = x - x.mean()", "x -= x.mean()"), "in place"),
    ],
    "sequence-modeling-windows": [
        (("series[past + ahead - 1:]", "series[past + ahead:]"), "very next|y with"),
        (("count = len(series) - past - ahead + 1", "count = len(series) - past - ahead"), "y with"),
        (("series[past + ahead - 1:]", "series[past:]"), "`ahead` steps behind"),
        (("[:max(count, 0)]", ""), "x with"),
    ],
    "sequence-modeling-mean": [
        (("losses.masked_fill(~real, 0).sum(1)", "(losses * real).sum(1)"), "must not count"),
        (("steps < lengths[:, None]", "steps <= lengths[:, None]"), "must not count"),
        (("(sums / lengths).mean()", "sums.sum() / lengths.sum()"), "own mean first"),
        (("sums.sum() / lengths.sum()", "losses.masked_fill(~real, 0).mean()"), "mean over steps"),
    ],
}
