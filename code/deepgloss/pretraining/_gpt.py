"""GPT: the next token, and nothing else; the published sizes."""

import torch
from torch import nn

from .._arguments import real, share, shown, whole
from .._named import named
from ..attention import EncoderLayer, KeyValueCache, LearnedPositions, Stack
from ..sequences import sample_next
from ._ids import check_ids, check_mask, readable

TOKENS = 50_257              # of GPT-2: 256 bytes, 50,000 merges and one that ends a text


class GPT(nn.Module):
    r"""A decoder without an encoder: logits of each next token from the tokens up to it.

    .. math::
        X_0 = E_{x} + P, \qquad X_{l+1} = \operatorname{layer}_l(X_l), \qquad
        \text{logits} = \operatorname{LN}(X_L)\, E^\top

    The token vectors E are read and written with. Weights begin as normal draws of spread s, those
    that write into the residual stream with :math:`s / \sqrt{2 L}`; biases begin at 0.

    Args:
        vocab_size: tokens V.
        longest: positions, at most.
        dim: features d.
        heads: of each attention; they divide d.
        layers: L.
        hidden: units of the feedforward networks; 4 d by default.
        dropout: in [0, 1), on the sums with the positions, the attention weights, inside the
            feedforward networks (where the papers have none) and behind each part.
        norm_first: as in GPT-2 and GPT-3, with a norm behind the last layer; False is GPT-1, which
            normalizes each sum and has no last norm.
        rotate: rotary positions in the attention in place of learned vectors P.
        std: s, above 0. The papers' 0.02 suits their widths; narrow models begin better with
            :math:`0.55 / \sqrt d`, which is 0.02 at 768.

    Shape:
        ids ``(B, T)``, ``int64``, to logits ``(B, T, V)``.

    Raises:
        TypeError, ValueError: a number is out of range; in ``forward``, ids are not
            ``(B, T)`` of ``int64`` in [0, V), or end beyond ``longest``.

    Source: Radford et al. (2018), section 4.1; Radford et al. (2019), section 2.3.
    """

    def __init__(self, vocab_size: int, longest: int, dim: int, heads: int, layers: int, hidden: int | None = None,
                 dropout: float = 0.0, norm_first: bool = True, rotate: bool = False, std: float = 0.02) -> None:
        super().__init__()
        dim, layers = whole("dim", dim), whole("layers", layers)
        if not real("std", std, 0):
            raise ValueError("std must be above 0, not 0")
        hidden = 4 * dim if hidden is None else hidden
        self.tokens = nn.Embedding(whole("vocab_size", vocab_size), dim)
        self.longest = whole("longest", longest)
        self.positions = None if rotate else LearnedPositions(longest, dim)
        self.drop = nn.Dropout(share("dropout", dropout, zero=True))
        options = dim, heads, hidden, dropout, "gelu_tanh", norm_first, rotate
        self.stack = Stack([EncoderLayer(*options) for _ in range(layers)], dim if norm_first else None)
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                residual = name.endswith(("out_proj.weight", "linear2.weight"))
                nn.init.normal_(parameter, std=std / (2 * layers) ** 0.5 if residual else std)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, ids: torch.Tensor, caches: list[KeyValueCache] | None = None,
                mask: torch.Tensor | None = None) -> torch.Tensor:
        """Logits of each next token.

        Args:
            ids: tokens ``(B, T)``; with caches, the new ones only.
            caches: one for each layer, from :meth:`start`, extended by the new tokens.
            mask: boolean ``(B, T)``, True where a token is no padding, the tokens in the caches
                included. Padding is not looked at, and positions count the other tokens alone.

        Returns:
            ``(B, T, V)``; at padding, numbers without a meaning.
        """
        if caches is not None and not (isinstance(caches, (tuple, list))
                                       and all(isinstance(cache, KeyValueCache) for cache in caches)):
            raise TypeError(f"caches must be a list of KeyValueCache, not {shown(caches)}")
        past = len(caches[0]) if caches else 0
        self._check(ids, past, mask)
        x = self.tokens(ids)                                          # (B, T, d)
        if self.positions is not None and mask is None:
            x = self.positions(x, past)
        elif self.positions is not None:
            places = (mask.cumsum(1) - 1).clamp(min=0)[:, past:]      # (B, T)
            x = x + self.positions.weight[places]
        seen = None if mask is None else mask[:, None, None]          # (B, 1, 1, past + T)
        return self.stack(self.drop(x), seen, causal=True, caches=caches) @ self.tokens.weight.T

    def _check(self, ids, past: int = 0, mask=None, name: str = "ids") -> None:
        """Refuse what is no ids, or too many of them."""
        check_ids(name, ids, len(self.tokens.weight))
        if ids.dim() != 2 or not ids.shape[1]:
            raise ValueError(f"{name} must be (B, T) with T of at least 1, not {tuple(ids.shape)}")
        end = past + ids.shape[1]
        if mask is not None:
            check_mask(mask, (len(ids), end))
            end = _most(mask) if readable(mask) else 0
        if end > self.longest:
            raise ValueError(f"{name} must end within {self.longest} positions, not at {end}")

    def start(self, prompt: torch.Tensor | None = None) -> list[KeyValueCache]:
        """A cache for each layer that has read a prompt ``(B, T)``; an empty one without it.

        ``beam_search(model.step, model.start(prompt[:, :-1]), bos=int(prompt[0, -1]), eos=…)`` goes
        on from a prompt of one row and two tokens or more.
        """
        caches = [KeyValueCache() for _ in self.stack.layers]
        if prompt is not None:
            self(prompt, caches)
        return caches

    def step(self, tokens: torch.Tensor, caches: list[KeyValueCache]):
        """Log-probabilities ``(B, V)`` after one more token each, ``(B,)``, and the caches then."""
        caches = [cache.copy() for cache in caches]       # a step leaves the state that it is given
        return self(tokens[:, None], caches)[:, -1].log_softmax(-1), caches

    @torch.no_grad()
    def generate(self, prompt: torch.Tensor, length: int, temperature: float = 1.0, top_k: int | None = None,
                 top_p: float | None = None, generator: torch.Generator | None = None, *,
                 mask: torch.Tensor | None = None, cached: bool = True) -> torch.Tensor:
        """Go on from a prompt, in evaluation mode.

        Each token is drawn and read again. Learned positions end at ``longest``, and tokens that
        moved to the front would need new keys and values: a text that does not fit is refused, not
        cut.

        Prompts of unequal length go into one batch with padding on the left, any id, and a ``mask``;
        each row goes on as it would alone::

            from torch.nn.utils.rnn import pad_sequence
            left = {"batch_first": True, "padding_side": "left"}
            ids = pad_sequence(prompts, **left)
            mask = pad_sequence([torch.ones_like(p, dtype=torch.bool) for p in prompts], **left)

        Args:
            prompt: ids ``(B, T)``, T ≥ 1.
            length: tokens that are added, at least 1.
            temperature, top_k, top_p: see :func:`deepgloss.sequences.next_probabilities`.
            generator: a CPU generator; the global one by default.
            mask: boolean ``(B, T)``, False for the padding on the left, True for the prompts; all by
                default.
            cached: keep keys and values; False computes everything again for each token, to the
                same tokens but for rounding.

        Returns:
            ``(B, T + length)``, the prompt first.

        Raises:
            TypeError, ValueError: an argument is out of range, the longest prompt and ``length``
                together are above ``longest``, or ``mask`` has padding elsewhere than on the left.
        """
        self._check(prompt, mask=mask, name="prompt")
        needed = prompt.shape[1] if mask is None else _most(mask)
        if needed + whole("length", length) > self.longest:
            raise ValueError(f"prompt and length must fit into {self.longest} positions, and need "
                             f"{needed} + {length}")
        if mask is not None and not (mask[:, -1].all() and (mask[:, 1:] >= mask[:, :-1]).all()):
            raise ValueError("mask must be True for the last token of each prompt, and False for padding on the "
                             "left alone")
        training, ids, new, caches = self.training, prompt, prompt, self.start() if cached else None
        self.eval()
        try:
            for _ in range(length):
                logits = self(new if cached else ids, caches, mask)[:, -1]
                new = sample_next(logits, temperature, top_k, top_p, generator)[:, None]
                ids = torch.cat([ids, new], 1)
                mask = None if mask is None else torch.nn.functional.pad(mask, (0, 1), value=True)
        finally:
            self.train(training)
        return ids

    def attention_weights(self, ids: torch.Tensor) -> torch.Tensor:
        """How much each token looks at each one before it, in every head: ``(L, B, heads, T, T)``."""
        found = []

        def keep(attention, inputs, options, _):
            found.append(attention.forward(*inputs, **options, need_weights=True)[1])

        hooks = [layer.self_attn.register_forward_hook(keep, with_kwargs=True) for layer in self.stack.layers]
        try:
            self(ids)
        finally:
            for hook in hooks:
                hook.remove()
        return torch.stack(found)


def _most(mask: torch.Tensor) -> int:
    """How many tokens the longest row has."""
    return int(mask.sum(1).max()) if len(mask) else 0


def _published(name: str, summary: str, longest: int, dim: int, heads: int, layers: int, vocab_size: int = TOKENS,
               norm_first: bool = True):
    return named(GPT, name, summary, {"vocab_size": vocab_size, "longest": longest, "dim": dim, "heads": heads,
                                      "layers": layers, "dropout": 0.1, "norm_first": norm_first})


gpt1 = _published("gpt1", "GPT of 2018: 116,534,784 parameters, 512 positions; norms last.", 512, 768, 12, 12,
                  vocab_size=40_478, norm_first=False)
gpt2 = _published("gpt2", "The small GPT-2: 124,439,808 parameters, 1,024 positions, as its larger sisters.\n\n"
                  "Radford et al. (2019), table 2, whose counts are too small.", 1024, 768, 12, 12)
gpt2_medium = _published("gpt2_medium", "354,823,168 parameters; see :func:`gpt2`.", 1024, 1024, 16, 24)
gpt2_large = _published("gpt2_large", "774,030,080 parameters; see :func:`gpt2`.", 1024, 1280, 20, 36)
gpt2_xl = _published("gpt2_xl", "1,557,611,200 parameters; see :func:`gpt2`.", 1024, 1600, 25, 48)
