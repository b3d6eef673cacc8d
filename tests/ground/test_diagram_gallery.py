"""One diagram of each kind that chapters draw: nothing overlaps, and a phone's reader can read it."""

import pytest
import torch
from torch import nn

import deepgloss as dg
from deepgloss.diagram import Diagram, amount, expression, graph, number, panels, shapes


def lstm_cell():
    d = Diagram(17.2, 8.1)
    c, c_next = d.word(0.9, 6.9, "$c_{t-1}$"), d.word(16.4, 6.9, "$c_t$")
    h, h_next = d.word(0.9, 2.1, "$h_{t-1}$"), d.word(16.4, 2.1, "$h_t$")
    x = d.word(2.9, 0.5, "$x_t$")
    forget, write, new, show = (
        d.box(at, 3.7, text, kind, width=width, note=note) for at, text, kind, width, note in (
            (4.3, "σ", "gate", 2.0, "forget"), (6.7, "σ", "gate", 2.0, "input"),
            (9.4, "tanh", "learned", 2.6, "candidate"), (11.9, "σ", "gate", 2.0, "output")))
    keep, scale, add = d.op(4.3, 6.9, "⊙"), d.op(8.0, 5.3, "⊙"), d.op(8.0, 6.9, "+")
    squash, gate = d.box(14.1, 5.3, "tanh", "fixed"), d.op(14.1, 3.7, "⊙")
    d.frame((2.3, 1.6), (14.9, 7.3))
    for way in ((c, keep), (keep, add), (add, c_next), (scale, add), (squash, gate),
                ((14.1, 6.9), squash), (gate, (14.1, 2.1), h_next), (h, (11.9, 2.1), show)):
        d.arrow(*way)
    d.arrow(forget, keep, label="$f_t$")
    d.arrow(show, gate, label="$o_t$")
    d.arrow(write, scale, bend="|-", label="$i_t$")
    d.arrow(new, scale, bend="|-", label=r"$\tilde{c}_t$")
    d.arrow(x, (2.9, 2.1), head=False)
    for box in (forget, write, new):
        d.arrow((box.x, 2.1), box)
    return d


def lstm_unrolled():
    d = Diagram(16.4, 5.2)
    cells = d.row(3.4, 2.6, ["LSTM"] * 3, "learned", gap=2.4, width=2.3, height=1.6)
    before = [d.word(0.6, 3.0, "$c_0$"), d.word(0.6, 2.2, "$h_0$")]
    for t, cell in enumerate(cells, 1):
        d.arrow(d.word(cell.x, 0.5, f"$x_{t}$"), cell)
        d.arrow(cell, d.word(cell.x, 4.7, f"$h_{t}$"))
        d.arrow(before[0], (cell.left[0], 3.0))
        d.arrow(before[1], (cell.left[0], 2.2))
        if t < 3:
            names = d.word(cell.right[0] + 0.85, 3.0, f"$c_{t}$"), d.word(cell.right[0] + 0.85, 2.2, f"$h_{t}$")
            d.arrow((cell.right[0], 3.0), names[0], head=False)
            d.arrow((cell.right[0], 2.2), names[1], head=False)
            before = names
    return d


def residual_block():
    counts = {name: f"{amount(row.parameters)} weights" for name, row in shapes(
        dg.architectures.BasicBlock(64, 64), (1, 64, 56, 56)).items()}
    d = Diagram(17.2, 4.2)
    x, *_, add, _, y = d.row(
        0.6, 1.2, ["$x$", "conv 3 × 3", "ReLU", "conv 3 × 3", "+", "ReLU", "$y$"],
        ["word", "learned", "fixed", "learned", "op", "fixed", "word"], arrows=True, gap=0.65,
        notes=["", counts["conv1"], "", counts["conv2"], "", "", ""])
    d.arrow((1.2, 1.2), (1.2, 3.1), (add.x, 3.1), add, label="the identity: $x$ itself")
    return d


def convolution(row=1, column=2):
    x = torch.tensor([[1, 0, 2, 1, 0], [0, 1, 1, 0, 2], [2, 1, 0, 1, 1], [1, 0, 1, 2, 0], [0, 2, 1, 0, 1]])
    w = torch.tensor([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    y = nn.functional.conv2d(x[None, None].float(), w[None, None].float(), padding=1)[0, 0]
    patch = nn.functional.pad(x, (1, 1, 1, 1))[row:row + 3, column:column + 3]
    d = Diagram(17.2, 8.2)
    image = d.grid(3.0, 3.5, x, pad=1, window=(range(row, row + 3), range(column, column + 3)),
                   title="input, padded")
    kernel = d.grid(8.95, 6.1, w, title="kernel")
    products = d.grid(8.95, 2.6, [[f"{a}·{number(b)}" if b >= 0 else f"{a}·({number(b)})" for a, b in zip(*pair)]
                                 for pair in zip(patch.tolist(), w.tolist())], note="products",
                      window=(slice(None), slice(None)))
    out = d.grid(14.95, 3.5, y, window=(row, column), title="output")
    d.arrow(image, products)
    d.arrow(kernel, products)
    d.arrow(products, (out.left[0], products.y), label="sum")
    return d


def max_pooling():
    x = torch.tensor([[1, 3, 2, 0], [5, 2, 1, 1], [0, 1, 7, 4], [2, 2, 3, 6]])
    y = nn.functional.max_pool2d(x[None].float(), 2)[0]
    d = Diagram(11.2, 4.5)
    a = d.grid(2.2, 1.9, x, window=([2, 3], [2, 3]), title="input")
    b = d.grid(8.6, 1.9, y, window=(1, 1), title="largest of each")
    d.arrow(a, b, label="2 × 2, stride 2")
    return d


def dilated_and_masked():
    a, b = panels((6.6, 5.4), (9.6, 5.4), titles=["dilation 2", "causal mask"])
    a.grid(3.3, 2.7, torch.arange(36).reshape(6, 6), window=([0, 2, 4], [1, 3, 5]))
    words = ["it", "is", "not", "so"]
    scores = torch.tensor([[1.0, 0, 2, 1], [0, 1, 0, 1], [1, 0, 2, 1], [2, 1, 0, 1]])
    hidden = torch.ones(4, 4).triu(1).bool()
    b.grid(5.5, 2.2, scores.masked_fill(hidden, -torch.inf).softmax(1), off=hidden, shade=True, form=".2f",
           rows=words, columns=words)
    return a


def perceptron_layers():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    d = Diagram(14, 7.6)
    columns = d.layers(1.2, 3.6, [2, 3, 1], names=[["$x_1$", "$x_2$"], ["$h_1$", "$h_2$", "$h_3$"], ["$y$"]],
                       weights=[model[0].weight, model[2].weight], biases=[model[0].bias, model[2].bias],
                       form=".2f", gap=5.6, pitch=2.4)
    for column, text in zip(columns, ["input", "hidden, ReLU", "output"]):
        d.word(column[0].x, 7.2, text, quiet=True)
    return d


def computation_graph():
    return graph(expression("(x * w + b)**2", x=2, w=-3, b=1))


def computation_graph_halfway():
    return graph(expression("sigmoid(a * x + b * y + c) - x", a=2, x=-3, b=1, y=2, c=0.5), backward=3, form=".2f")


def lenet():
    model = dg.architectures.LeNet5()
    d = Diagram(17.2, 6.6)
    last = d.maps(1.3, 3.7, (1, 32, 32), text="image", scale=0.4)
    d.word(0.2, 0.5, "weights", quiet=True, align="left")
    places = (4.4, 7.1, 9.6, 11.7, 13.5, 14.9, 16.3)
    for at, (name, row) in zip(places, shapes(model, (1, 1, 32, 32)).items()):
        shape = row.output[1:] if row.output[-1] > 1 else row.output[1:2]
        node = d.maps(at, 3.7, shape, text=name.replace("output", "out"), scale=0.4,
                      kind="learned" if row.parameters else "fixed")
        d.word(at, 0.5, amount(row.parameters), quiet=True)
        d.arrow(last, node)
        last = node
    return d


def transformer():
    d = Diagram(15.9, 20.2)
    ins = [d.word(4.7, 0.5, "source tokens"), d.word(11.1, 0.5, "tokens so far")]
    tops = []
    for x, side, names in ((4.7, -1, ["self-attention", "feed-forward"]),
                           (11.1, 1, ["masked attention", "attention", "feed-forward"])):
        embed, add = d.box(x, 2.0, "embedding", width=4.6), d.op(x, 3.5, "+")
        d.arrow(ins[side > 0], embed)
        d.arrow(embed, add)
        d.arrow(d.word(x - 3.1 if side < 0 else x + 3.1, 3.5, "position"), add)
        texts = [text for name in names for text in (name, "add & norm")]
        boxes = d.row(x, 5.7, texts, ["learned", "fixed"] * len(names), up=True, arrows=True, gap=0.65, width=4.6)
        d.arrow(add, boxes[0])
        for layer, norm in zip(boxes[::2], boxes[1::2]):
            y = layer.bottom[1] - 0.42
            d.arrow((x, y), (x + 2.75 * side, y), (x + 2.75 * side, norm.y), norm)
        d.frame(boxes[0], boxes[-1], (x + 2.75 * side, 5), (x, 4.75), repeat="× 6",
                side="left" if side < 0 else "right", pad=0.42)
        tops.append(boxes)
    encoder, decoder = tops
    d.arrow(encoder[-1], (4.7, 13.4), (7.65, 13.4), (7.65, decoder[2].y), decoder[2])
    linear, softmax = d.row(11.1, 17.0, ["linear", "softmax"], ["learned", "fixed"], up=True, arrows=True, width=4.6)
    d.arrow(decoder[-1], linear)
    d.arrow(softmax, d.word(11.1, 19.9, "next token"))
    return d


def cross_validation():
    d = Diagram(16.6, 7.2)
    for k in range(5):
        y = 6.5 - 1.2 * k
        d.word(0.2, y, f"run {k + 1}", align="left")
        parts = d.row(3.2, y, ["validate" if k == j else "train" for j in range(5)],
                      ["off" if k == j else "data" for j in range(5)], gap=0.12, width=2.2, height=0.85)
        d.arrow(parts[-1], d.word(15.3, y, f"score {k + 1}"))
    d.word(8.4, 0.6, "every example is held out once", quiet=True)
    return d


def encoder_decoder():
    d = Diagram(17.2, 6.6)
    encoder = d.row(1.6, 3.0, ["GRU"] * 3, "learned", gap=0.75, width=1.75, arrows=True)
    decoder = d.row(10.6, 3.0, ["GRU"] * 3, "learned", gap=0.75, width=1.75, arrows=True)
    for cell, text in zip(encoder, ["how", "are", "you"]):
        d.arrow(d.word(cell.x, 0.6, text), cell)
    for cell, text, answer in zip(decoder, ["⟨s⟩", "wie", "geht"], ["wie", "geht", "es"]):
        d.arrow(d.word(cell.x, 0.6, text), cell)
        d.arrow(cell, d.word(cell.x, 6.1, answer))
    for cells, x, text in ((encoder, 1.9, "encoder"), (decoder, 8.5, "decoder")):
        d.frame(*cells)
        d.word(x, 4.5, text, bold=True)
    d.arrow(encoder[-1], decoder[0], label="state")
    return d


def adam_flow():
    d = Diagram(17.2, 8.4)
    g = d.word(0.7, 5.5, "$g_t$")
    m = d.box(5.3, 7.2, "$m_t$", "state", note=r"$\beta_1 m_{t-1} + (1 - \beta_1)\,g_t$", width=5)
    v = d.box(5.3, 3.8, "$v_t$", "state", note=r"$\beta_2 v_{t-1} + (1 - \beta_2)\,g_t^2$", width=5)
    fair = [d.box(11.2, at.y, rf"$\hat{{{name}}}_t$", "fixed", note=rf"${name}_t / (1 - \beta_{k}^t)$", width=3.2)
            for k, (at, name) in enumerate(((m, "m"), (v, "v")), 1)]
    step = d.box(15.4, 5.5, "step", "fixed", note=r"$\dfrac{\eta\,\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}$")
    for state, corrected in zip((m, v), fair):
        d.arrow(g, (1.5, 5.5), (1.5, state.y), state)
        d.arrow(state, corrected)
        d.arrow(corrected, step, bend="-|")
    before, minus, after = d.row(3.4, 1.0, [r"$\theta_{t-1}$", "−", r"$\theta_t$"], ["word", "op", "word"], gap=3.5,
                                 arrows=True)
    d.arrow(step, (16.9, 5.5), (16.9, 2.2), (minus.x, 2.2), minus)
    return d


def before_and_after():
    a, b = panels((8, 2.4), (8, 2.4), titles=["fresh", "transferred"])
    for panel, kind in ((a, "learned"), (b, "off")):
        panel.row(1.8, 1.2, ["body", "head"], [kind, "learned"], arrows=True, gap=1, notes=["11.2M", "5.1K"])
    return a


GALLERY = [lstm_cell, lstm_unrolled, residual_block, convolution, max_pooling, dilated_and_masked, perceptron_layers,
           computation_graph, computation_graph_halfway, lenet, transformer, cross_validation, encoder_decoder,
           adam_flow, before_and_after]


@pytest.mark.parametrize("draw", GALLERY, ids=lambda draw: draw.__name__)
def test_nothing_overlaps_and_a_phone_is_wide_enough(draw):
    d = draw()
    for sheet in d.figure.sheets:
        sheet.check()
    wide = d.figure.get_figwidth()
    assert wide <= 6.2
    for sheet in d.figure.sheets:
        for text in sheet.ax.texts:
            # 358 pixels are left beside the margins of a phone's 390; Jupyter adds 0.2 inches.
            assert text.get_fontsize() * 358 / (72 * (wide + 0.2)) > 8.5, text.get_text()
