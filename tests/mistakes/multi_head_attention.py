"""Plausible wrong answers in attention/multi-head-attention."""

MISTAKES = {
    "multi-head-attention-cache": [
        (("2 * layers", "layers"), "keys and values"),
        (("* kv_heads *", "* heads *"), "only the heads of the keys"),
        (("* batch", ""), "its own"),
        (("dim // heads", "dim"), "must be"),
        (("dim // heads", "dim / heads"), "whole number"),
    ],
    "multi-head-attention-prune": [
        (("// size != head", "% heads != head"), "head h owns"),
        (("keep.repeat(3)", "keep.repeat_interleave(3)"), "head h owns"),
        (("out_weight[:, keep]", "out_weight[keep].T"), "head h owns"),
        (("out_weight[:, keep]", "out_weight"), "columns go"),
    ],
    "multi-head-attention-share": [
        ((".unflatten(0, (kv_heads, -1, size)).mean(1)", ".unflatten(0, (-1, kv_heads, size)).mean(0)"),
         "side by side"),
        ((".mean(1)", ".sum(1)"), "the mean"),
        ((".mean(1)", "[:, 0]"), "the mean"),
        ((".unflatten(0, (kv_heads, -1, size))", ".unflatten(0, (kv_heads, size, -1)).transpose(1, 2)"),
         "feature by feature"),
    ],
    "multi-head-attention-step": [
        (("repeat_interleave(group, 1)", "repeat(1, group, 1, 1)"), "h // group"),
        (("size**-0.5", "x.shape[1] ** -0.5"), "root of the head's size"),
        (("torch.cat([keys, project(w_k)], 2)", "torch.cat([project(w_k), keys], 2)"), "append"),
        (("project(w_v)", "project(w_k)"), "the values"),
    ],
}
