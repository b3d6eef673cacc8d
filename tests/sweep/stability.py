"""Normalization, clipping, and the scale of a loss. Features of maps stand in axis 1."""

import torch
import torch.nn.functional as F
from torch import nn

from deepgloss import stability as S

from .entries import Entry, simple


def maps(*sizes, channels=4):
    """A batch of feature maps."""
    return lambda x, n, length: (x(n, channels, *sizes),)


def with_parameters(*sizes, channels=4, count=2):
    """The same, with weight and bias."""
    return lambda x, n, length: (x(n, channels, *sizes), *(x(channels) for _ in range(count)))


def rows(*shapes):
    """Rows of five numbers, with parameters of these shapes."""
    return lambda x, n, length: (x(n, 3, 5), *(x(*shape) for shape in shapes))


SIZES = {1: (7,), 2: (5, 7), 3: (3, 2, 5)}
# Without averages the batch's statistics are taken in evaluation mode, too, in which layers are swept.
UNTRACKED = {"track_running_stats": False}
ENTRIES = {}
for d, sizes in SIZES.items():
    for kind in ("Batch", "Instance"):
        name = f"{kind}Norm{d}d"
        ENTRIES[name] = Entry(lambda name=name: getattr(S, name)(4, affine=True, track_running_stats=True), maps(*sizes),
                              lambda name=name: getattr(nn, name)(4, affine=True, track_running_stats=True))
        ENTRIES[f"{name}, by the batch"] = Entry(
            lambda name=name: getattr(S, name)(4, affine=True, **UNTRACKED), maps(*sizes),
            lambda name=name: getattr(nn, name)(4, affine=True, **UNTRACKED), slope=1)

ENTRIES |= {
    "batch_norm": Entry(simple(S.batch_norm), with_parameters(5, 7),
                        simple(lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True)), slope=1),
    "batch_norm, given statistics": Entry(
        simple(S.batch_norm), lambda x, n, length: (x(n, 4, 5), x(4), x(4), x(4), x.share(4)),
        simple(lambda x, w, b, m, v: F.batch_norm(x, m, v, w, b)), fixed=(3, 4)),
    "batch_norm_vjp": Entry(simple(S.batch_norm_vjp), lambda x, n, length: (x(n, 4, 5), x(4), x(n, 4, 5)), slope=2),
    "batch_statistics": Entry(simple(S.batch_statistics), maps(5, 7), empty=ValueError),
    "running_statistics": Entry(simple(S.running_statistics, count=7), lambda x, n, length: (x(4), x.share(4), x(4), x.share(4)),
                                empty=None),
    "fold_batch_norm": Entry(simple(S.fold_batch_norm),
                             lambda x, n, length: (x(4, 3, 2), x(4), x(4), x.share(4), x(4), x(4)), empty=None, slope=1),
    "standardize": Entry(simple(S.standardize, dim=(1, -1)), rows(), slope=1),
    "standardize_vjp": Entry(simple(lambda x, grad: S.standardize_vjp(x, 1, grad)), lambda x, n, length: (x(n, 5), x(n, 5)), slope=2),
    "layer_norm": Entry(simple(lambda x, w, b: S.layer_norm(x, (5,), w, b)), rows((5,), (5,)),
                        simple(lambda x, w, b: F.layer_norm(x, (5,), w, b)), slope=1),
    "layer_norm_vjp": Entry(simple(S.layer_norm_vjp), lambda x, n, length: (x(n, 3, 5), x(5), x(n, 3, 5)), slope=2),
    "LayerNorm": Entry(lambda: S.LayerNorm(5), rows(), lambda: nn.LayerNorm(5), slope=1),
    "rms_norm": Entry(simple(lambda x, w: S.rms_norm(x, (5,), w)), rows((5,)),
                      simple(lambda x, w: F.rms_norm(x, (5,), w)), slope=1),
    # PyTorch's warns of a float32 weight beside half types.
    "RMSNorm": Entry(lambda: S.RMSNorm(5), rows(), slope=1),
    "group_norm": Entry(simple(S.group_norm, num_groups=2), lambda x, n, length: (x(n, 4, 5),),
                        simple(F.group_norm, num_groups=2), slope=1),
    "GroupNorm": Entry(lambda: S.GroupNorm(2, 4), maps(5, 7), lambda: nn.GroupNorm(2, 4), slope=1),
    "instance_norm": Entry(simple(S.instance_norm), with_parameters(5, 7),
                           simple(lambda x, w, b: F.instance_norm(x, weight=w, bias=b)), slope=1),
    "grad_norm": Entry(simple(lambda *g: S.grad_norm(g)), lambda x, n, length: (x(n, 3), x(5)), half=torch.float32),
    "clip_grad_norm": Entry(simple(lambda *g: S.clip_grad_norm(g, 1.0)[0]), lambda x, n, length: (x(n, 3), x(5)), slope=1),
    "clip_grad_value": Entry(simple(lambda *g: S.clip_grad_value(g, 0.5)), lambda x, n, length: (x(n, 3), x(5))),
    "jacobian_products": Entry(simple(lambda *j: S.jacobian_products(j)), lambda x, n, length: (x(n, 5, 3), x(n, 2, 5)),
                               scale=1, slope=2),
}
