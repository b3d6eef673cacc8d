"""A training step of whole models against the same networks made of PyTorch's own parts."""

from collections.abc import Callable, Iterator
from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

import deepgloss as dg

from .measure import heading, ratio, row
from .operations import Pair, through, wait

VOCABULARY = 65              # characters of a small text


class Attention(nn.Module):
    """Causal self-attention as it is usually written: one product in, the fused kernel, one product out."""

    def __init__(self, dim: int, heads: int):
        super().__init__()
        self.heads = heads
        self.into, self.out = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(B, T, dim)`` to the same."""
        parts = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in self.into(x).chunk(3, -1))
        means = F.scaled_dot_product_attention(*parts, is_causal=True)                   # (B, H, T, D)
        return self.out(means.transpose(1, 2).flatten(2))


class Block(nn.Module):
    """A layer with the norm first."""

    def __init__(self, dim: int, heads: int):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(dim), Attention(dim, heads)
        self.norm2 = nn.LayerNorm(dim)
        self.feedforward = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU("tanh"), nn.Linear(4 * dim, dim))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``(B, T, dim)`` to the same."""
        x = x + self.attention(self.norm1(x))
        return x + self.feedforward(self.norm2(x))


class Reference(nn.Module):
    """GPT of PyTorch's own parts, with the weights of :class:`deepgloss.pretraining.GPT` in their order."""

    def __init__(self, vocab_size: int, longest: int, dim: int, heads: int, layers: int):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(vocab_size, dim), nn.Embedding(longest, dim)
        self.layers = nn.Sequential(*(Block(dim, heads) for _ in range(layers)))
        self.norm = nn.LayerNorm(dim)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Logits ``(B, T, vocab_size)``."""
        x = self.tokens(ids) + self.positions(torch.arange(ids.shape[1], device=ids.device))
        return F.linear(self.norm(self.layers(x)), self.tokens.weight)


def reference(ours: nn.Module) -> Reference:
    """The same network with the same weights."""
    dim, layer = ours.tokens.weight.shape[1], ours.stack.layers[0]
    theirs = Reference(len(ours.tokens.weight), ours.longest, dim, layer.self_attn.heads, len(ours.stack.layers))
    places = (("tokens", "tokens"), ("positions", "positions"), ("norm", "stack.norm"))
    weights = ours.state_dict()
    table = {f"{there}.{kind}": weights[f"{here}.{kind}"] for there, here in places
             for kind in ("weight", "bias") if f"{here}.{kind}" in weights}
    parts = (("norm1.", "norm1."), ("norm2.", "norm2."), ("attention.into.", "self_attn.in_proj_"),
             ("attention.out.", "self_attn.out_proj."), ("feedforward.0.", "linear1."), ("feedforward.2.", "linear2."))
    for k in range(len(ours.stack.layers)):
        table |= {f"layers.{k}.{there}{kind}": weights[f"stack.layers.{k}.{here}{kind}"]
                  for there, here in parts for kind in ("weight", "bias")}
    theirs.load_state_dict(table)
    return theirs.to(dg.device())


def training(model: nn.Module, batch: int, length: int) -> Callable:
    """A call that takes one training step: forward, backward, and AdamW."""
    ids = torch.randint(VOCABULARY, (batch, length + 1), generator=torch.Generator().manual_seed(0)).to(dg.device())
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)

    def call():
        optimizer.zero_grad()
        F.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten()).backward()
        optimizer.step()
        wait()

    return call


def gpts() -> Iterator[Pair]:
    """Short, middling and long texts."""
    for length, layers, dim, heads, batch in ((64, 4, 128, 4, 12), (256, 6, 384, 6, 4), (1024, 2, 128, 4, 2)):
        ours = dg.pretraining.GPT(VOCABULARY, length, dim, heads, layers).to(dg.device())
        yield (f"GPT, {length} tokens, {layers} layers, {dim} features", 1.05,
               training(ours, batch, length), training(reference(ours), batch, length))


def layers() -> Iterator[Pair]:
    """Layers of an encoder, with and without padding, and of a decoder."""
    A, options = dg.attention, {"batch_first": True, "dropout": 0.0}
    for length, batch in ((64, 16), (256, 4)):
        theirs = nn.TransformerEncoderLayer(128, 4, 512, activation="gelu", **options).to(dg.device())
        ours = A.EncoderLayer(128, 4, 512, activation="gelu").to(dg.device())
        ours.load_state_dict(theirs.state_dict())
        lengths = torch.randint(length // 2, length + 1, (batch,), generator=torch.Generator().manual_seed(0))
        mask = A.padding_mask(lengths, length).to(dg.device())                           # (B, 1, 1, T)
        for name, mine, other in (
            ("", ours, theirs),
            (" with padding", partial(ours, mask=mask), partial(theirs, src_key_padding_mask=~mask[:, 0, 0])),
        ):
            yield (f"layer of BERT{name}, {length} tokens", 1.05,
                   through(mine, batch, length, 128), through(other, batch, length, 128))
        theirs = nn.TransformerDecoderLayer(128, 4, 512, **options).to(dg.device())
        ours = A.DecoderLayer(128, 4, 512).to(dg.device())
        ours.load_state_dict(theirs.state_dict())
        causal = ~A.causal_mask(length, device=dg.device())
        yield (f"layer of a decoder, {length} tokens", 1.05,
               through(lambda x, f=ours: f(x, x), batch, length, 128),
               through(lambda x, f=theirs, m=causal: f(x, x, m, tgt_is_causal=True), batch, length, 128))


GROUPS = (gpts, layers)


def main() -> None:
    """Print the table."""
    heading(f"training step of a model ({dg.device()}, {torch.get_num_threads()} threads)",
            "ours, ms", "× PyTorch", "budget")
    for group in GROUPS:
        for name, budget, ours, theirs in group():
            times, seconds = ratio(ours, theirs, seconds=5.0)
            row(name, f"{1000 * seconds:.2f}", f"{times:.2f}", f"{budget:.2f}", over=times > budget)
