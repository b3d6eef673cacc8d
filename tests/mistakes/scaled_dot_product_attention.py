"""Plausible wrong answers in attention/scaled-dot-product-attention."""

MISTAKES = {
    "scaled-dot-product-attention-merge": [
        (("torch.logaddexp(s1, s2)", "(s1.exp() + s2.exp()).log()"), "overflows"),
        (("s.masked_fill(s == -torch.inf, 0)", "s"), "two empty halves"),
        (("(s1 - safe).exp()[:, None] * o1 + (s2 - safe).exp()[:, None] * o2", "(o1 + o2) / 2"), "weigh each half"),
        (("torch.logaddexp(s1, s2)", "torch.maximum(s1, s2)"), "logarithm of the sum"),
    ],
    "scaled-dot-product-attention-gradient": [
        (("(da - (a * da).sum(-1, keepdim=True))", "da"), "through the softmax"),
        (("keepdim=True)) * scale", "keepdim=True))"), "1/√d"),
        (("a.mT @ grad", "a @ grad[..., :1, :].expand(*grad.shape[:-2], v.shape[-2], -1)"), "dv"),
        (("(a * da).sum(-1, keepdim=True)", "(a * da).sum(-2, keepdim=True)"), "through the softmax"),
    ],
    "scaled-dot-product-attention-mask": [
        (("columns // chunk >= rows // chunk - 1", "rows - columns < 2 * chunk"), "whole division"),
        (("rows // chunk - 1", "rows // chunk"), "wrong where"),
        (("(columns <= rows) & (near | (columns < first))", "(columns <= rows) & near | (columns < first)"),
         "no query sees a later key"),
        (("near | (columns < first)", "near"), "first tokens"),
        (("columns <= rows", "columns < rows"), "sees its own key"),
    ],
}
