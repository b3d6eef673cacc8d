"""Plausible wrong answers in sequences/autoregressive-model."""

MISTAKES = {
    "autoregressive-model-nucleus": [
        (("before < top_p", "before <= top_p"), "exactly top_p"),
        (("before = ordered.cumsum(0) - ordered", "before = ordered.cumsum(0)"), "0.5 is not enough|always stays"),
        (("kept / kept.sum()", "kept"), "0.5 is not enough"),
        (("descending=True", "descending=False"), "0.5 is not enough|expected|wrong"),
        (("return torch.zeros_like(p).scatter(0, order, kept / kept.sum())", "return kept / kept.sum()"), "wrong"),
    ],
    "autoregressive-model-score": [
        (("logits[:-1].log_softmax(1)", "logits[1:].log_softmax(1)"), "row t is about"),
        (("log_softmax(1)", "log_softmax(0)"), "row t is about"),
        ((".sum()", ".mean()"), "summed|nothing to predict"),
        (("logits[:-1].log_softmax(1)", "logits[:-1]"), "row t is about"),
    ],
    "autoregressive-model-fit": [
        ((".flip(1)", ""), "latest first"),
        (("x[order:, None]", "x[order - 1:-1, None]"), "follows"),
        (("solution[:, 0]", "solution"), "must have shape"),
        (("return torch", "x = x - x.mean()\n    windows = x.unfold(0, order, 1)[:-1].flip(1)\n    return torch"),
         "follows|no constant"),
    ],
    "autoregressive-model-gumbel": [
        (("- (-u.log()).log()", "+ (-u.log()).log()"), "sign"),
        (("logits / temperature - (-u.log()).log()", "(logits - (-u.log()).log()) / temperature"), "temperature"),
        (("- (-u.log()).log()", "+ u"), "shares"),
        ((".argmax(-1)", ".argmax(0)"), "a symbol for each row"),
        ((".argmax(-1)", ".argmax(1)"), "hold 6 rows|Dimension out of range"),
        (("return (logits / temperature - (-u.log()).log()).argmax(-1)",
          "return torch.multinomial((logits / temperature).softmax(-1), 1)[:, 0]"), "draw no other numbers"),
    ],
}
