"""Training deep networks: how gradients vanish and explode, and what keeps them in bounds: normalization, clipping, scaling.

Every normalization is :func:`standardize` over other axes, and an affine map behind it.
"""

from .._arguments import check_options
from ._batch_norm import batch_norm, batch_norm_vjp, batch_statistics, running_statistics
from ._batch_norm_layers import BatchNorm1d, BatchNorm2d, BatchNorm3d
from ._clip import clip_grad_norm, clip_grad_norm_, clip_grad_value, clip_grad_value_, grad_norm
from ._fold import fold_batch_norm, folded
from ._gradient_norms import gradient_norms
from ._group_norm import GroupNorm, group_norm
from ._instance_norm import InstanceNorm1d, InstanceNorm2d, InstanceNorm3d, instance_norm
from ._jacobians import jacobian_products, layer_jacobians
from ._lags import lag_contributions, lag_gradients
from ._layer_norm import LayerNorm, layer_norm, layer_norm_vjp
from ._loss_scaler import LossScaler, updated_scale
from ._rms_norm import RMSNorm, rms_norm
from ._standardize import standardize, standardize_vjp

__all__ = [
    "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "GroupNorm", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d",
    "LayerNorm", "LossScaler", "RMSNorm", "batch_norm", "batch_norm_vjp", "batch_statistics", "clip_grad_norm",
    "clip_grad_norm_", "clip_grad_value", "clip_grad_value_", "fold_batch_norm", "folded", "grad_norm",
    "gradient_norms", "group_norm", "instance_norm", "jacobian_products", "lag_contributions", "lag_gradients",
    "layer_jacobians", "layer_norm", "layer_norm_vjp", "rms_norm", "running_statistics", "standardize",
    "standardize_vjp", "updated_scale",
]

check_options(globals())
