"""Sources of different lengths, packed for a recurrent network."""

import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence


def packed(x: torch.Tensor, lengths: torch.Tensor) -> PackedSequence | torch.Tensor:
    """Sequences ``(B, S, D)`` up to their lengths ``(B,)``; where there is none, they stay as they are.

    torch.compile breaks its graph here.

    Raises:
        ValueError: ``lengths`` are on the meta device, which holds no numbers.
        NotImplementedError: torch.export traces, whose graphs hold nothing packed.
    """
    if torch.compiler.is_exporting():
        raise NotImplementedError("sequences are packed to their lengths, which torch.export does not trace: "
                                  "export the decoder alone")
    if lengths.is_meta:
        raise ValueError("lengths must be numbers, and there are none on the meta device")
    if not len(x):
        return x
    return pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
