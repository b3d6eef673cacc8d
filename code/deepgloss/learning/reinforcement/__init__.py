"""Reinforcement learning: decision processes, their values, and agents that learn from rewards alone."""

from ._bandits import Pulls, epsilon_greedy, play_bandit, thompson, ucb1
from ._cart_pole import CartPole, cart_pole_step
from ._episodes import Episodes, discounted_returns, rollout
from ._mdp import MDP
from ._q_learning import QLearned, q_learning
from ._reinforce import mean_of_others, reinforce, reinforce_loss
from ._values import action_values, greedy_policy, policy_values, value_iteration
from ._worlds import grid_world, switched_corridor

__all__ = [
    "MDP", "CartPole", "Episodes", "Pulls", "QLearned", "action_values", "cart_pole_step", "discounted_returns",
    "epsilon_greedy", "greedy_policy", "grid_world", "mean_of_others", "play_bandit", "policy_values", "q_learning",
    "reinforce", "reinforce_loss", "rollout", "switched_corridor", "thompson", "ucb1", "value_iteration",
]
