"""Plausible wrong answers in sequences/lstm."""

MISTAKES = {
    "lstm-parameters": [
        (("width + hidden_size + 2", "width + hidden_size + 1"), "two biases"),
        (("* 4 *", "* 3 *"), "four blocks"),
        (("width = directions * hidden_size", "width = hidden_size"), "both directions"),
        (("width = directions * hidden_size", "pass"), "hidden states below"),
        (("2 if bidirectional else 1", "1"), "direction"),
    ],
    "lstm-half-life": [
        (("-math.log(", "math.log("), "half_life = 1/2"),
        (("math.expm1(math.log(2) / half_life)", "1 / half_life"), "half_life = 1/2"),
        (("-math.log(math.expm1(math.log(2) / half_life))", "2 ** (-1 / half_life)"),
         "the bias sigmoid"),
    ],
    "lstm-peephole": [
        (("(o + p_o * c)", "(o + p_o * f)"), "p_o multiplies the new cell"),
        (("i, f, g, o =", "i, f, o, g ="), "gates in the order i, f, g, o"),
        (("(i + p_i * c).sigmoid()", "i.sigmoid() + p_i * c"), "before the sigmoid"),
        (("f = (f + p_f * c)", "f = (f + p_i * c)"), "p_i|p_f"),
        (("c = f * c + i * g.tanh()", "c.mul_(f).add_(i * g.tanh())"), "changed in place"),
        ("""
            def peephole_step(x, h, c, w_ih, w_hh, b, p_i, p_f, p_o):
                i, f, g, o = (x @ w_ih.T + h @ w_hh.T + b).chunk(4, dim=1)
                o = (o + p_o * c).sigmoid()
                c = (f + p_f * c).sigmoid() * c + (i + p_i * c).sigmoid() * g.tanh()
                return o * c.tanh(), c""",
         "p_o multiplies the new cell"),
    ],
    "lstm-gate-order": [
        (("torch.cat([i, f, g, o])", "torch.cat([i, g, f, o])"), "swapped"),
        (("f + forget_bias, g", "f, g"), "the forget block needs"),
        (("torch.zeros_like(bias_ih)", "bias_ih"), "PyTorch adds both"),
        (("weight[:, :d], weight[:, d:]", "weight[:, hidden:], weight[:, :hidden]"), "weight_ih"),
        (("forget_bias=1.0", "forget_bias=0.0"), "is 1 unless"),
        ("""
            def from_tensorflow(kernel, bias, forget_bias=1.0):
                hidden = len(bias) // 4
                bias[2 * hidden:3 * hidden] += forget_bias
                order = [0, 2, 1, 3]
                weight = kernel.T.unflatten(0, (4, hidden))[order].flatten(0, 1)
                b = bias.unflatten(0, (4, hidden))[order].flatten()
                d = len(kernel) - hidden
                return weight[:, :d], weight[:, d:], b, torch.zeros_like(b)""",
         "changed in place"),
    ],
    "lstm-final-states": [
        (("forward[last, rows]", "forward[-1]"), "own last step"),
        (("backward[0]", "backward[last, rows]"), "at step 0"),
        (("- 1", "- 2"), "own last step"),
        (("forward[last, rows], backward[0]", "backward[0], forward[last, rows]"), "forward state"),
        (("backward[0]])", "backward[0]], 1)"), "directions, batch, hidden"),
    ],
}
