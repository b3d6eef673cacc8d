"""What every encoder and decoder does alike, whatever they are made of: write, greedily or with a beam."""

import torch
from torch import nn

from .._arguments import whole
from ._beam import Hypothesis, beam_search


class EncoderDecoder(nn.Module):
    """A model that reads a source and writes a target; the base of all that translate.

    A subclass says in which state its decoder begins (:meth:`start`) and how it takes one more
    symbol (:meth:`step`).
    """

    def start(self, source: torch.Tensor, lengths: torch.Tensor):
        """The state in which the decoder begins.

        Args:
            source: symbols ``(B, S)``.
            lengths: of the sources ``(B,)``; what stands behind is not read.
        """
        raise NotImplementedError

    def step(self, tokens: torch.Tensor, state):
        """Log-probabilities ``(B, symbols)`` after one more symbol each, ``(B,)``, and the new state."""
        raise NotImplementedError

    @torch.no_grad()
    def greedy(self, source: torch.Tensor, lengths: torch.Tensor, *, bos: int, max_length: int) -> torch.Tensor:
        """The likeliest symbol at each step, read again at the next: ``(B, max_length)``.

        Rows go on behind their end; cut them at the first end-of-sequence symbol.

        Args:
            source: symbols ``(B, S)``.
            lengths: of the sources ``(B,)``.
            bos: the symbol that comes before the first one.
            max_length: symbols to write, at least 1.

        Raises:
            TypeError, ValueError: ``max_length`` is no positive integer.
        """
        state = self.start(source, lengths)
        tokens, written = source.new_full((len(source),), bos), []
        for _ in range(whole("max_length", max_length)):
            scores, state = self.step(tokens, state)
            tokens = scores.argmax(-1)
            written.append(tokens)
        return torch.stack(written, 1)

    @torch.no_grad()
    def beam(self, source: torch.Tensor, *, bos: int, eos: int, width: int = 4, max_length: int = 50,
             length_penalty: float = 0.0) -> list[Hypothesis]:
        """:func:`deepgloss.sequences.beam_search` for one source ``(S,)``, without padding.

        Args:
            source: symbols ``(S,)``, S ≥ 1.
            bos, eos, width, max_length, length_penalty: as there.

        Raises:
            TypeError, ValueError: ``source`` has another shape, or see there.
        """
        if source.dim() != 1 or not len(source):
            raise ValueError(f"source must be (S,) with S of at least 1, not {tuple(source.shape)}")
        state = self.start(source[None], torch.tensor([len(source)], device=source.device))
        return beam_search(self.step, state, bos=bos, eos=eos, width=width, max_length=max_length,
                           length_penalty=length_penalty)
