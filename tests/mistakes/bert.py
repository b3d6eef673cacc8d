"""Plausible wrong answers in pretraining/bert."""

MISTAKES = {
    "bert-parameters": [
        (("+ segments) * d + 2 * d", "+ segments) * d"), "a norm"),
        (("+ d * d + d\n    masked", "\n    masked"), "the pooler"),
        (("+ segments) * d", "+ 2) * d"), "segments as given"),
        (("+ 2 * d + vocabulary  ", "+ 2 * d + vocabulary * d + vocabulary  "), "the heads are"),
        (("masked + 2 * d + 2", "masked + d + 1"), "two outputs"),
    ],
    "bert-loss": [
        (("(losses * asked).sum() / asked.sum().clamp(min=1)", "(losses * asked).mean()"), "asked for"),
        (("(losses * asked).sum() / asked.sum().clamp(min=1)", "losses.mean()"), "asked for"),
        ((".sum().clamp(min=1)", ".sum()"), "0, not NaN"),
    ],
    "bert-pair": [
        (("[*b, sep] if b else []", "[*b, sep]"), "without a second sentence"),
        (("(len(a) + 2) + [1] * len(second)", "(len(a) + 1) + [1] * (len(second) + 1)"), "belong to the first segment"),
        (("[cls, *a, sep, *second]", "[cls, *a, sep, cls, *second]"), "behind each sentence"),
    ],
    "bert-span": [
        (("scores.masked_fill(~allowed, -torch.inf).argmax().item()", "scores.argmax().item()"), "must not come before"),
        (("allowed & ~allowed.triu(longest)", "allowed & ~allowed.triu(longest + 1)"), "at most"),
        (("allowed & ~allowed.triu(longest)", "allowed"), "at most"),
        (("scores.masked_fill(~allowed, -torch.inf).argmax()", "(scores * allowed).argmax()"), "negative"),
    ],
}
