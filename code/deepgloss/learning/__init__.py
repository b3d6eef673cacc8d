"""Learning from data: what it means to learn from examples, and how one sees whether it worked."""

from .._arguments import check_options
from ._attribution import occlusion, saliency
from ._depth import interpolating_network, sawtooth_network
from ._kmeans import KMeans, kmeans, kmeans_plus_plus, kmeans_step
from ._labels import shuffle_labels
from ._learning_curve import LearningCurve, learning_curve
from ._least_squares import least_squares
from ._pca import PCA, pca
from ._roc import RocCurve, roc_auc, roc_curve
from ._scores import bootstrap_interval, expected_best_accuracy, expected_maximum, wilson_interval
from ._splits import Parts, kfold, train_val_test_split
from ._stack import MLPStack
from .reinforcement import (
    MDP, CartPole, Episodes, Pulls, QLearned, action_values, cart_pole_step, discounted_returns, epsilon_greedy,
    greedy_policy, grid_world, mean_of_others, play_bandit, policy_values, q_learning, reinforce, reinforce_loss, rollout,
    switched_corridor, thompson, ucb1, value_iteration,
)

__all__ = [
    "MDP", "PCA", "CartPole", "Episodes", "KMeans", "LearningCurve", "MLPStack", "Parts", "Pulls", "QLearned",
    "RocCurve", "action_values", "bootstrap_interval", "cart_pole_step", "discounted_returns", "epsilon_greedy",
    "expected_best_accuracy", "expected_maximum", "greedy_policy", "grid_world", "interpolating_network", "kfold",
    "kmeans", "kmeans_plus_plus", "kmeans_step", "learning_curve", "least_squares", "mean_of_others", "occlusion",
    "pca", "play_bandit", "policy_values", "q_learning", "reinforce", "reinforce_loss", "roc_auc", "roc_curve",
    "rollout", "saliency", "sawtooth_network", "shuffle_labels", "switched_corridor", "thompson",
    "train_val_test_split", "ucb1", "value_iteration", "wilson_interval",
]

check_options(globals())
