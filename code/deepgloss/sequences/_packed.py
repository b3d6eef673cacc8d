"""Sources of different lengths, packed for a recurrent network."""

import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from .._arguments import readable, shown


def packed(x: torch.Tensor, lengths: torch.Tensor) -> PackedSequence | torch.Tensor:
    """Sequences ``(B, S, D)`` up to their lengths ``(B,)``; where there is none, they stay as they are.

    torch.compile breaks its graph here.

    Raises:
        TypeError: ``lengths`` is no tensor of integers.
        ValueError: it is not ``(B,)``, holds a number outside 1..S, or is on the meta device, which holds
            no numbers.
        NotImplementedError: torch.export traces, whose graphs hold nothing packed.
    """
    if torch.compiler.is_exporting():
        raise NotImplementedError("sequences are packed to their lengths, which torch.export does not trace: "
                                  "export the decoder alone")
    if not isinstance(lengths, torch.Tensor) or lengths.is_floating_point() or lengths.dtype == torch.bool:
        raise TypeError(f"lengths must be a tensor of integers, not {shown(lengths)}")
    if lengths.shape != x.shape[:1]:
        raise ValueError(f"lengths must be ({len(x)},), not {tuple(lengths.shape)}")
    if lengths.is_meta:
        raise ValueError("lengths must be numbers, and there are none on the meta device")
    if not len(x):
        return x
    if readable(lengths):
        shortest, longest = (int(number) for number in lengths.aminmax())
        if shortest < 1 or longest > x.shape[1]:
            raise ValueError(f"lengths must be in 1..{x.shape[1]}, not {shortest if shortest < 1 else longest}")
    return pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
