"""Generalization: overfitting measured, and what curbs it: penalties, dropout, early stopping, search and transfer."""

from .._arguments import check_options
from ._bias_variance import BiasVariance, bias_variance, fitted_to_samples
from ._double_descent import Descent, double_descent, random_features
from ._dropout import Dropout, Dropout1d, Dropout2d, dropout, original_dropout, spatial_dropout
from ._early_stopping import EarlyStopping
from ._lasso import ista, lasso_path, lasso_subgradient, soft_threshold
from ._monte_carlo import monte_carlo
from ._ridge import Ridge, early_stopping_factors, equivalent_penalty, ridge
from ._search import LogUniform, Trial, draw_configs, grid, grid_search, random_search, successive_halving
from ._transfer import freeze, parameter_groups, unfreeze

__all__ = [
    "BiasVariance", "Descent", "Dropout", "Dropout1d", "Dropout2d", "EarlyStopping", "LogUniform", "Ridge", "Trial",
    "bias_variance", "double_descent", "draw_configs", "dropout", "early_stopping_factors", "equivalent_penalty",
    "fitted_to_samples", "freeze", "grid", "grid_search", "ista", "lasso_path", "lasso_subgradient", "monte_carlo",
    "original_dropout", "parameter_groups", "random_features", "random_search", "ridge", "soft_threshold",
    "spatial_dropout", "successive_halving", "unfreeze",
]

check_options(globals())
