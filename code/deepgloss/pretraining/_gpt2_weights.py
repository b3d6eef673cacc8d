"""Published GPT-2 weights by their names, into :class:`GPT` and back."""

import re
from collections.abc import Mapping

import torch

from ._gpt import GPT
from ._published import check_tied, copy_all, tensors

# Ours and Hugging Face's within a layer, and whether theirs is stored (in, out) instead of (out, in).
LAYER = (
    ("norm1.weight", "ln_1.weight", False), ("norm1.bias", "ln_1.bias", False),
    ("self_attn.in_proj_weight", "attn.c_attn.weight", True), ("self_attn.in_proj_bias", "attn.c_attn.bias", False),
    ("self_attn.out_proj.weight", "attn.c_proj.weight", True), ("self_attn.out_proj.bias", "attn.c_proj.bias", False),
    ("norm2.weight", "ln_2.weight", False), ("norm2.bias", "ln_2.bias", False),
    ("linear1.weight", "mlp.c_fc.weight", True), ("linear1.bias", "mlp.c_fc.bias", False),
    ("linear2.weight", "mlp.c_proj.weight", True), ("linear2.bias", "mlp.c_proj.bias", False),
)
MASKS = re.compile(r"h\.\d+\.attn\.(masked_)?bias")         # constants, which some files hold
ENDINGS = {"w": "weight", "g": "weight", "b": "bias", "wte": "wte.weight", "wpe": "wpe.weight"}


def gpt2_state_dict(model: GPT) -> dict[str, torch.Tensor]:
    """The weights of a model under the names of Hugging Face's ``GPT2Model``, in its layout.

    Linear layers are stored transposed there, ``(in, out)``; ours are turned as views. With the
    prefix ``transformer.`` the names are those of ``GPT2LMHeadModel``, whose ``lm_head.weight`` is
    ``wte.weight`` again.

    Raises:
        TypeError, ValueError: the model is no :class:`GPT`, or is not built as GPT-2.
    """
    if not isinstance(model, GPT):
        raise TypeError(f"model must be a GPT, not {type(model).__name__}")
    if model.stack.norm is None or model.positions is None:
        raise ValueError("model must have its norms first and learned positions, as GPT-2")
    state = model.state_dict()
    table = {"wte.weight": state["tokens.weight"], "wpe.weight": state["positions.weight"]}
    for k in range(len(model.stack.layers)):
        for ours, theirs, turned in LAYER:
            tensor = state[f"stack.layers.{k}.{ours}"]
            table[f"h.{k}.{theirs}"] = tensor.T if turned else tensor
    return table | {f"ln_f.{part}": state[f"stack.norm.{part}"] for part in ("weight", "bias")}


def load_gpt2(model: GPT, published: Mapping[str, torch.Tensor]) -> GPT:
    """Copy published weights into a model of their size.

    Accepted are the names of Hugging Face's files, with or without ``transformer.``, and those of
    OpenAI's TensorFlow checkpoints (``model/h0/attn/c_attn/w``, a matrix with an axis of 1 before
    it), and those of programs that store linear layers as PyTorch does, ``(out, in)``, such as
    nanoGPT's. What ``DistributedDataParallel`` and ``torch.compile`` put before names, ``module.``
    and ``_orig_mod.``, is left out. Stored causal masks are skipped. Either all is copied or nothing.

    Args:
        model: e.g. :func:`gpt2`.
        published: names and tensors, or what :func:`torch.as_tensor` takes.

    Returns:
        The model.

    Raises:
        TypeError: ``model`` is no :class:`GPT`, or ``published`` no mapping.
        ValueError: tensors are missing, unexpected, of a wrong shape or not finite; or
            ``lm_head.weight`` is another matrix than the tokens' vectors.

    Source: Radford et al. (2019).
    """
    table, given = gpt2_state_dict(model), {}
    for name, tensor in tensors(published).items():
        if "/" in name and tensor.dim() == 3 and len(tensor) == 1:
            tensor = tensor[0]
        if not MASKS.fullmatch(_plain(name)):
            given[_plain(name)] = tensor
    check_tied(given, "lm_head.weight", "wte.weight")
    given.pop("lm_head.weight", None)
    turned = [name for name in table if name.endswith(tuple(theirs for _, theirs, turned in LAYER if turned))]
    wide = [name for name in turned if "c_attn" in name and name in given]
    # The projections to queries, keys and values are three times as wide as long: they tell which way.
    if wide and all(given[name].shape == table[name].T.shape for name in wide):
        given |= {name: given[name].T for name in turned if name in given and given[name].dim() == 2}
    copy_all(table, given)
    return model


def _plain(name: str) -> str:
    """A published name as Hugging Face's, without a prefix."""
    if "/" in name:
        *path, last = name.removeprefix("model/").split("/")
        return ".".join([re.sub(r"^h(\d+)$", r"h.\1", part) for part in path] + [ENDINGS.get(last, last)])
    return name.removeprefix("transformer.")
