"""Plausible wrong answers in sequences/gru."""

MISTAKES = {
    "gru-keras": [
        (("[r, z, candidate]", "[z, r, candidate]"), "reset gate first"),
        (("reordered(kernel).T", "kernel.T"), "weight_ih"),
        (("reordered(bias[0]), reordered(bias[1])", "reordered(bias[0] + bias[1]), 0 * reordered(bias[1])"),
         "none is dropped"),
        (("reordered(recurrent_kernel).T", "reordered(recurrent_kernel.T)"), "weight_hh"),
    ],
    "gru-merge": [
        (("movable[2 * len(b_hh) // 3:] = 0", "pass"), "behind the reset gate"),
        (("2 * len(b_hh) // 3:", "len(b_hh) // 3:"), "more can be moved"),
        (("2 * len(b_hh) // 3:] = 0", ":len(b_hh) // 3] = 0"), "behind the reset gate"),
        (("b_hh - movable", "b_hh"), "the network"),
        (("movable = b_hh.clone()", "movable = b_hh"), "changed in place"),
    ],
    "gru-minimal": [
        (("(1 - f) * h + f * candidate", "f * h + (1 - f) * candidate"), "state is kept"),
        (("(f * h) @ u[n:].T", "f * (h @ u[n:].T)"), "before it meets U_n"),
        (("(f * h) @ u[n:].T", "h @ u[n:].T"), "before it meets U_n"),
        (("return (1 - f) * h + f * candidate", "return h.mul_(1 - f).add_(f * candidate)"),
         "changed in place"),
    ],
    "gru-jacobian": [
        ((" + z.diag()", ""), "four paths"),
        (("h - c", "c - h"), "four paths"),
        (("(by_n * r)[:, None]", "by_n[:, None]"), "four paths"),
        (("return rows + (by_n * r)[:, None] * u_n + z.diag()",
          "return (rows + (by_n * r)[:, None] * u_n + z.diag()).T"), "transposed"),
        ("""
         def jacobian(x, h, w_ih, w_hh, b_ih, b_hh):
             cell = nn.GRUCell(len(x), len(h), dtype=x.dtype, device=x.device).requires_grad_(False)
             for p, value in zip(cell.parameters(), (w_ih, w_hh, b_ih, b_hh)):
                 p.copy_(value)
             return torch.autograd.functional.jacobian(lambda state: cell(x, state), h)
         """, "no autograd"),
        ("""
         def jacobian(x, h, w_ih, w_hh, b_ih, b_hh):
             def step(h):
                 return gru_step(x[None], h[None], w_ih, w_hh, b_ih, b_hh)[0]
             return torch.func.jacrev(step)(h)
         """, "no autograd"),
    ],
}
