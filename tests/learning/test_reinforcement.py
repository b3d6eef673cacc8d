"""Values solve Bellman's equations, agents learn what is optimal, the cart-pole obeys mechanics, bad input is named."""

import itertools
import math

import pytest
import torch
from torch.func import grad, jacrev, vmap

import deepgloss as dg
from deepgloss import learning as L

# Russell and Norvig (2010), figure 17.3: utilities with a reward of −0.04 a step and no discount.
BOOK = ["...+", ".#.-", "S..."]
UTILITIES = [0.812, 0.868, 0.918, 0.0, 0.762, 0.660, 0.0, 0.705, 0.655, 0.611, 0.388]


def draws(seed=0):
    return torch.Generator().manual_seed(seed)


def random_process(states, actions, seed=0, ends=1):
    """Everything drawn; the last states are terminal."""
    gen = draws(seed)
    p = torch.rand(states, actions, states, generator=gen, dtype=torch.float64) ** 3
    p[states - ends:] = torch.eye(states, dtype=torch.float64)[states - ends:, None]
    p = p / p.sum(-1, keepdim=True)
    r = torch.randn(states, actions, states, generator=gen, dtype=torch.float64)
    r[states - ends:] = 0
    terminal = torch.arange(states) >= states - ends
    start = torch.ones(states, dtype=torch.float64) / states
    return L.MDP(p, r, start, terminal)


def random_policy(mdp, seed=0):
    return torch.randn(mdp.states, mdp.actions, generator=draws(seed), dtype=torch.float64).softmax(-1)


def test_a_grid_world_by_hand():
    mdp = L.grid_world(["S+"], slip=0.0, step_reward=-1, goal=5)
    assert mdp.transitions[0].tolist() == [[1, 0], [0, 1], [1, 0], [1, 0]] and mdp.terminal.tolist() == [False, True]
    assert mdp.rewards[0].tolist() == [[-1, 0], [0, 4], [-1, 0], [-1, 0]]
    slippery = L.grid_world(["S.", "#+"], slip=0.5)          # south: 0.5, east 0.25, west 0.25
    assert slippery.transitions[0, 2].tolist() == [0.75, 0.25, 0]
    assert L.grid_world(["S#S-"]).start.tolist() == [0.5, 0.5, 0]


def test_the_textbooks_grid_has_the_textbooks_utilities():
    found = L.value_iteration(L.grid_world(BOOK), 1.0)[-1]
    torch.testing.assert_close(found, torch.tensor(UTILITIES, dtype=torch.float64), rtol=0, atol=6e-4)


@pytest.mark.parametrize("discount", [0.0, 0.6, 0.95])
@pytest.mark.parametrize("states, actions, ends", [(7, 3, 1), (13, 2, 2), (5, 1, 0)])
def test_policy_values_are_sums_of_discounted_rewards(states, actions, ends, discount):
    mdp, policy = random_process(states, actions, ends=ends), random_policy(random_process(states, actions, ends=ends))
    step = torch.einsum("sa,sat->st", policy, mdp.transitions)
    brought = torch.einsum("sa,sat,sat->s", policy, mdp.transitions, mdp.rewards)
    total, at = torch.zeros_like(brought), torch.eye(states, dtype=torch.float64)
    for t in range(700):
        total, at = total + discount**t * at @ brought, at @ step
    torch.testing.assert_close(L.policy_values(mdp, policy, discount), total)
    many = torch.stack([policy, L.greedy_policy(policy)])
    torch.testing.assert_close(L.policy_values(mdp, many, discount)[0], total)


def test_action_values_average_to_state_values():
    mdp = random_process(11, 3)
    policy = random_policy(mdp)
    values = L.policy_values(mdp, policy, 0.8)
    torch.testing.assert_close((policy * L.action_values(mdp, values, 0.8)).sum(1), values)


def test_gradients_flow_to_the_policy():
    mdp = random_process(5, 3)
    logits = torch.randn(5, 3, generator=draws(), dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: L.policy_values(mdp, x.softmax(-1), 0.9), logits)


@pytest.mark.parametrize("states, actions", [(5, 2), (7, 3)])
def test_value_iteration_finds_the_best_of_all_policies(states, actions):
    mdp = random_process(states, actions, seed=states)
    choices = torch.tensor(list(itertools.product(range(actions), repeat=states)))
    every = torch.nn.functional.one_hot(choices, actions).double()
    best = L.policy_values(mdp, every, 0.9).amax(0)                      # each state's best policy
    history = L.value_iteration(mdp, 0.9, tolerance=1e-10)
    torch.testing.assert_close(history[-1], best, rtol=0, atol=1e-9)
    greedy = L.greedy_policy(L.action_values(mdp, history[-1], 0.9))
    torch.testing.assert_close(L.policy_values(mdp, greedy, 0.9), best)  # one policy is best in all states
    errors = (history - best).abs().amax(1)
    assert (errors[1:] <= 0.9 * errors[:-1] + 1e-12).all() and not history[0].any()


def test_value_iteration_says_when_sweeps_are_too_few():
    with pytest.raises(RuntimeError, match="max_sweeps"):
        L.value_iteration(L.switched_corridor(), 0.99, max_sweeps=2)


def test_q_learning_finds_the_optimal_values():
    mdp = L.grid_world(BOOK)
    wanted = L.action_values(mdp, L.value_iteration(mdp, 0.9)[-1], 0.9)
    learned = L.q_learning(mdp, 0.9, episodes=6000, epsilon=0.5, lr=lambda n: n**-0.8, seed=3)
    assert (learned.action_values - wanted)[learned.visits > 300].abs().max() < 0.1
    assert not learned.action_values[mdp.terminal].any() and not learned.visits[mdp.terminal].any()
    policy = L.greedy_policy(learned.action_values)
    assert (L.policy_values(mdp, policy, 0.9) @ mdp.start).item() > 0.34


def test_q_learning_by_hand():
    mdp = L.grid_world(["S+"], slip=0, step_reward=-1, goal=5)
    learned = L.q_learning(mdp, 0.5, episodes=2, epsilon=0, lr=0.5)
    # First north: −1 · ½. Then east, since 0 is more: 4 · ½. The second episode goes east: 2 + ½ (4 − 2).
    assert learned.action_values[0].tolist() == [-0.5, 3, 0, 0] and learned.visits[0].tolist() == [1, 2, 0, 0]
    assert learned.returns.tolist() == [-1 + 0.5 * 4, 4]


def test_everything_follows_its_seed(monkeypatch):
    mdp, chances = L.grid_world(BOOK), torch.rand(7, 3, generator=draws())
    run = lambda seed: (L.q_learning(mdp, 0.9, episodes=5, seed=seed).returns,  # noqa: E731
                        L.play_bandit(L.thompson(), chances, 50, seed=seed).regret)
    first, again, other = run(5), run(5), run(6)
    monkeypatch.setenv("DEEPGLOSS_SHIFT", "1")
    for a, b, c, d in zip(first, again, other, run(5)):
        assert torch.equal(a, b) and not torch.equal(a, c) and torch.equal(c, d)


def test_the_cart_pole_moves_as_gymnasiums():
    # States of Gymnasium 1.4.0's CartPoleEnv after these actions, in double precision.
    for start, actions, wanted in (
        ([0.01, -0.02, 0.03, 0.04], [1, 0, 0, 1, 1, 1, 0],
         [0.01872791518337969, 0.17202349486382784, 0.02198537670267968, -0.18440428392099584]),
        ([-1.3, 0.7, -0.19, 2.3], [0, 0, 1],
         [-1.2695911053053475, 0.5090071782318102, -0.03794657926872825, 2.45441210326665]),
    ):
        state = torch.tensor(start, dtype=torch.float64)
        for action in actions:
            state, reward, over = L.CartPole().step(state, torch.tensor(action))
            assert reward == 1
        torch.testing.assert_close(state, torch.tensor(wanted, dtype=torch.float64), rtol=1e-12, atol=1e-12)


def test_the_cart_pole_obeys_lagranges_equations():
    def lagrangian(q, v):
        """Kinetic less potential energy of a cart and a uniform rod, from the velocities of their masses."""
        x_speed, turning, angle = v[0], v[1], q[1]
        middle = torch.stack([x_speed + 0.5 * turning * angle.cos(), -0.5 * turning * angle.sin()])
        spin = 0.1 * 1.0**2 / 12                                     # of a rod of length 1 about its middle
        return 0.5 * x_speed**2 + 0.05 * middle.square().sum() + 0.5 * spin * turning**2 - 0.1 * 9.8 * 0.5 * angle.cos()

    def accelerations(state, force):
        q, v = state[[0, 2]], state[[1, 3]]
        mass = jacrev(grad(lagrangian, argnums=1), argnums=1)(q, v)
        mixed = jacrev(grad(lagrangian, argnums=1), argnums=0)(q, v) @ v
        outside = torch.stack([force, torch.zeros_like(force)])
        return torch.linalg.solve(mass, outside + grad(lagrangian, argnums=0)(q, v) - mixed)

    state = torch.randn(53, 4, generator=draws(), dtype=torch.float64)
    force = 10 * torch.randn(53, generator=draws(1), dtype=torch.float64)
    moved = (L.cart_pole_step(state, force) - state) / 0.02
    torch.testing.assert_close(moved[:, [1, 3]], vmap(accelerations)(state, force))
    torch.testing.assert_close(moved[:, [0, 2]], state[:, [1, 3]])


def test_cart_pole_ends_at_its_limits_and_starts_near_the_middle():
    pole = L.CartPole()
    for place, limit in ((0, 2.4), (2, math.radians(12))):
        for sign in (1, -1):
            state = torch.zeros(2, 4, dtype=torch.float64)
            state[:, place] = sign * (limit + torch.tensor([-1e-9, 1e-9]).double())
            assert pole.step(state, torch.tensor([0, 1]))[2].tolist() == [False, True]
    first = pole.begin((101, 3), draws())
    assert first.shape == (101, 3, 4) and 0.04 < first.abs().max() <= 0.05


def test_an_episode_by_hand():
    mdp = L.switched_corridor()
    always_right = lambda state: torch.tensor([0.0, 50.0]).expand(*state.shape, 2)  # noqa: E731
    played = L.rollout(always_right, mdp, 2, steps=5, generator=draws())
    assert played.states.T.tolist() == [[0, 1, 0, 1, 0]] * 2 and played.rewards.sum() == -10
    clever = lambda state: torch.nn.functional.one_hot((state != 1).long(), 2) * 50.0  # noqa: E731
    played = L.rollout(clever, mdp, (3, 2), steps=9, generator=draws(), greedy=True)
    assert played.states[:, 0, 0].tolist() == [0, 1, 2] and played.rewards.shape == (3, 3, 2) and played.going.all()


def test_what_is_over_brings_nothing():
    logits = torch.randn(4, 2, generator=draws()).double()
    mdp = L.switched_corridor()
    played = L.rollout(lambda state: logits[state], mdp, 61, steps=300, generator=draws())
    assert torch.equal(played.rewards, -played.going.double())
    assert (played.states[played.going] != 3).all() and not (played.going[1:] & ~played.going[:-1]).any()
    assert (played.states[1:][~played.going[1:]] == 3).all()


def test_a_fallen_pole_brings_nothing():
    played = L.rollout(lambda s: torch.zeros_like(s[..., :2]), L.CartPole(), 31, steps=300, generator=draws(), greedy=True)
    assert torch.equal(played.rewards, played.going.float()) and not played.going[-1].all()


def test_the_rollout_draws_what_the_policy_says():
    mdp, logits = L.grid_world(BOOK), torch.randn(11, 4, generator=draws(), dtype=torch.float64)
    played = L.rollout(lambda state: logits[state], mdp, 4001, steps=300, generator=draws(1))
    returns = L.discounted_returns(played.rewards, 0.9)[0]
    wanted = L.policy_values(mdp, logits.softmax(-1), 0.9) @ mdp.start
    assert abs(returns.mean() - wanted) < 4 * returns.std() / 4001**0.5
    taken = played.actions[played.going & (played.states == 7)].bincount(minlength=4)
    share = logits[7].softmax(-1)
    assert ((taken / taken.sum() - share).abs() < 4 * (share * (1 - share) / taken.sum()).sqrt()).all()


def test_discounted_returns_are_their_sum():
    rewards = torch.randn(17, 3, generator=draws(), dtype=torch.float64)
    powers = 0.7 ** torch.arange(17, dtype=torch.float64)
    wanted = torch.stack([(powers[:17 - t, None] * rewards[t:]).sum(0) for t in range(17)])
    torch.testing.assert_close(L.discounted_returns(rewards, 0.7), wanted)
    assert L.discounted_returns(torch.tensor([0.0, 0, 1]), 0.9).tolist() == pytest.approx([0.81, 0.9, 1])
    assert torch.autograd.gradcheck(lambda x: L.discounted_returns(x, 0.7), rewards.requires_grad_())


def test_reinforce_is_unbiased_with_and_without_a_baseline():
    """Every pair of episodes of the corridor, cut off after three steps, weighed by its probability."""
    mdp = L.switched_corridor()
    logits = torch.randn(4, 2, generator=draws(), dtype=torch.float64, requires_grad=True)
    episodes = []
    for actions in itertools.product((0, 1), repeat=3):
        state, states, rewards = 0, [], []
        for action in actions:
            states.append(state)
            rewards.append(mdp.rewards[state, action].sum())
            state = int(mdp.transitions[state, action].argmax())
        episodes.append((torch.tensor(states), torch.tensor(actions), torch.stack(rewards)))
    chance = [logits[s].log_softmax(-1).gather(1, a[:, None]).sum().exp() for s, a, _ in episodes]
    assert sum(chance).item() == pytest.approx(1)
    wanted, = torch.autograd.grad(sum(c * r.sum() for c, (_, _, r) in zip(chance, episodes)), logits)
    for baseline in (False, True):
        mean = torch.zeros_like(logits)
        for (c, one), (d, two) in itertools.product(zip(chance, episodes), repeat=2):
            s, a, r = (torch.stack(pair, 1) for pair in zip(one, two))
            returns = L.discounted_returns(r)
            advantages = returns - L.mean_of_others(returns) if baseline else returns
            loss = L.reinforce_loss(logits[s], a, advantages)
            mean -= (c * d).detach() * torch.autograd.grad(loss, logits)[0]
        torch.testing.assert_close(mean, wanted)


def test_reinforce_learns_the_aliased_corridor():
    class Blind(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.logits = torch.nn.Parameter(torch.tensor([[[0.0, 2.0]], [[0.0, -1.0]]]))      # two learners

        def forward(self, state):
            return self.logits.expand(*state.shape, 2)

    policy = Blind()
    means = L.reinforce(policy, L.switched_corridor(), torch.optim.Adam(policy.parameters(), 0.1), updates=60,
                        episodes=(2, 32), steps=200, seed=1)
    assert means.shape == (60, 2) and (means[-20:].mean(0) > -14).all()              # the optimum is −11.66
    right = policy.logits.softmax(-1)[:, 0, 1]
    assert ((right - (2 - 2**0.5)).abs() < 0.15).all()


def test_reinforce_leaves_a_policy_alone_that_nothing_is_better_than():
    policy = torch.nn.Linear(4, 2)
    before = policy.weight.clone()
    for baseline in (True, False):                       # cut off after 3 steps, every episode brings the same
        L.reinforce(policy, L.CartPole(), torch.optim.SGD(policy.parameters(), 0.1), updates=3, episodes=5, steps=3,
                    baseline=baseline)
        assert torch.equal(policy.weight, before) is baseline


def test_regret_by_hand():
    chances = torch.tensor([[0.0, 1.0, 0.5], [1.0, 0.0, 1.0]])
    played = L.play_bandit(lambda wins, pulls, t, gen: wins.argmax(1), chances, 5)
    assert played.regret.tolist() == [[1, 1, 1.5, 1.5, 1.5], [0, 1, 1, 1, 1]]
    assert played.counts.tolist() == [[1, 3, 1], [3, 1, 1]] and played.last.tolist() == [1, 0]


def test_strategies_by_hand():
    wins, pulls = torch.tensor([[1.0, 50.0]]), torch.tensor([[2.0, 98.0]])
    assert L.epsilon_greedy(0.0)(wins, pulls, 100, draws()).item() == 1          # 0.5 against 0.51
    assert L.ucb1(1.0)(wins, pulls, 100, draws()).item() == 0                     # 0.5 + √(2 ln 100 / 2)
    few = torch.tensor([[0.0, 8.0]]), torch.tensor([[2.0, 8.0]])
    assert L.ucb1(1.0)(*few, 100, draws()).item() == 0                            # 2.146 against 2.073
    assert L.ucb1(0.0)(wins, pulls, 100, draws()).item() == 1
    many = wins.repeat(4001, 1), pulls.repeat(4001, 1)
    drawn = L.thompson()(*many, 100, draws()).double().mean()                     # Beta(2, 2) against Beta(51, 49)
    beta = torch.distributions.Beta
    x = torch.linspace(0, 1, 20_001, dtype=torch.float64)[1:-1]
    density = beta(torch.tensor(51.0).double(), torch.tensor(49.0).double()).log_prob(x).exp()
    assert abs(drawn - (density * (3 * x**2 - 2 * x**3)).sum() / 20_000) < 0.035
    often = L.epsilon_greedy(0.4)(*many, 100, draws()).double().mean()
    assert abs(often - 0.8) < 0.03
    assert abs(L.epsilon_greedy(5.0, decay=True)(*many, 100, draws()).double().mean() - 0.95) < 0.02
    each = torch.tensor([0.0, 1.0]).repeat_interleave(2000)
    assert abs(L.epsilon_greedy(each)(*(x[:4000] for x in many), 100, draws())[2000:].double().mean() - 0.5) < 0.05


MDP = L.switched_corridor()
P, R, START, ENDS = MDP.transitions, MDP.rewards, MDP.start, MDP.terminal
ONES = torch.ones(4, 2).double() / 2


@pytest.mark.parametrize("call, error, words", [
    (lambda: L.MDP(P[:3], R, START, ENDS), ValueError, "transitions must have shape"),
    (lambda: L.MDP(P, R[:3], START, ENDS), ValueError, "rewards must have shape"),
    (lambda: L.MDP(P.long(), R, START, ENDS), TypeError, "transitions must be a tensor of floating-point"),
    (lambda: L.MDP(P, R.float(), START, ENDS), TypeError, "rewards must be torch.float64"),
    (lambda: L.MDP(P, R / 0, START, ENDS), ValueError, "rewards must be finite"),
    (lambda: L.MDP(2 * P, R, START, ENDS), ValueError, "transitions must be probabilities"),
    (lambda: L.MDP(P, R, START * 2, ENDS), ValueError, "start must be probabilities"),
    (lambda: L.MDP(P, R, START, ENDS.long()), TypeError, "terminal must be a Boolean"),
    (lambda: L.MDP(P, R, START, ENDS[:3]), ValueError, "terminal must have shape"),
    (lambda: L.MDP(P, R, START, ~ENDS), ValueError, "must lead to itself"),
    (lambda: MDP.step(torch.zeros(2), torch.zeros(2).long(), draws()), TypeError, "state"),
    (lambda: L.grid_world("S+"), TypeError, "rows must be a sequence of texts"),
    (lambda: L.grid_world(["S+", "."]), ValueError, "rows must be of one length"),
    (lambda: L.grid_world(["Sx"]), ValueError, "signs"),
    (lambda: L.grid_world([".+"]), ValueError, "a cell S"),
    (lambda: L.grid_world(["S+"], slip=1.5), ValueError, "slip"),
    (lambda: L.action_values(MDP, torch.zeros(3), 0.9), ValueError, r"values must have shape \(4,\)"),
    (lambda: L.action_values(P, torch.zeros(4), 0.9), TypeError, "mdp must be an MDP"),
    (lambda: L.policy_values(MDP, ONES[:3], 0.9), ValueError, "policy must end in the shape"),
    (lambda: L.policy_values(MDP, 2 * ONES, 0.9), ValueError, "policy must be probabilities"),
    (lambda: L.policy_values(MDP, L.greedy_policy(ONES), 1.0), ValueError, "discount must be below 1"),
    (lambda: L.policy_values(MDP, ONES, 1.1), ValueError, "discount"),
    (lambda: L.value_iteration(MDP, 0.9, tolerance=0), ValueError, "tolerance"),
    (lambda: L.greedy_policy(START), ValueError, "values must have shape"),
    (lambda: L.q_learning(MDP, 0.9, episodes=0), ValueError, "episodes"),
    (lambda: L.q_learning(MDP, 0.9, episodes=1, lr=0), ValueError, "lr must be in"),
    (lambda: L.q_learning(MDP, 0.9, episodes=1, lr="fast"), TypeError, "lr"),
    (lambda: L.q_learning(MDP, 0.9, episodes=1, epsilon=2), ValueError, "epsilon"),
    (lambda: L.cart_pole_step(torch.zeros(3), torch.zeros(())), ValueError, "state must end in an axis of 4"),
    (lambda: L.cart_pole_step(torch.zeros(2, 4), torch.zeros(3)), ValueError, r"force must have shape \(2,\)"),
    (lambda: L.CartPole().begin((2, 0), draws()), ValueError, "episodes"),
    (lambda: L.rollout(torch.nn.Linear(4, 2), L.CartPole(), 2, steps=0, generator=draws()), ValueError, "steps"),
    (lambda: L.rollout(torch.nn.Linear(4, 2), L.CartPole(), 2, steps=1, generator=3), TypeError, "generator"),
    (lambda: L.discounted_returns(torch.tensor(1.0)), ValueError, "rewards must have at least one axis"),
    (lambda: L.discounted_returns([1.0]), TypeError, "rewards"),
    (lambda: L.mean_of_others(torch.ones(3, 1)), ValueError, "at least two episodes"),
    (lambda: L.reinforce_loss(torch.ones(3, 2), torch.ones(2).long(), torch.ones(3)), ValueError, "actions"),
    (lambda: L.reinforce(torch.nn.Linear(4, 2), L.CartPole(), None, updates=1, episodes=1), ValueError, "episodes"),
    (lambda: L.play_bandit(L.ucb1(), torch.ones(3), 5), ValueError, "chances"),
    (lambda: L.play_bandit(L.ucb1(), 2 * torch.ones(3, 2), 5), ValueError, "chances"),
    (lambda: L.play_bandit(L.ucb1(), torch.ones(3, 2), 0), ValueError, "steps"),
    (lambda: L.epsilon_greedy(1.5), ValueError, "epsilon"),
    (lambda: L.ucb1("wide"), TypeError, "width"),
    (lambda: L.thompson(-torch.ones(3)), ValueError, "sharpness"),
    (lambda: L.play_bandit(L.epsilon_greedy(torch.ones(2)), torch.ones(3, 2), 5), ValueError, "epsilon must be one"),
    (lambda: L.play_bandit(L.ucb1(torch.ones(2)), torch.ones(3, 2), 5), ValueError, "width must be one number"),
    (lambda: L.play_bandit(L.thompson(torch.ones(2)), torch.ones(3, 2), 5), ValueError, "sharpness must be one"),
    (lambda: L.policy_values(MDP, ONES.float(), 0.9), TypeError, "policy must be torch.float64 as transitions is"),
    (lambda: L.greedy_policy(torch.ones(2, 0)), ValueError, "values must have shape"),
    (lambda: L.grid_world(None), TypeError, "rows must be a sequence of texts"),
    (lambda: MDP.step(torch.tensor([-1]), torch.tensor([0]), draws()), ValueError, "state must be integers from 0 to 3"),
    (lambda: MDP.step(torch.tensor([0]), torch.tensor([2]), draws()), ValueError, "action must be integers from 0 to 1"),
    (lambda: L.CartPole().step(torch.zeros(4), torch.tensor(2)), ValueError, "action must be integers from 0 to 1, not 2"),
    (lambda: L.rollout(torch.nn.Linear(4, 3), L.CartPole(), 2, steps=1, generator=draws()), ValueError, "logits of shape"),
    (lambda: L.rollout(lambda s: s[..., :2] / 0 * 0, L.CartPole(), 2, steps=1, generator=draws()), ValueError, "diverge"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_the_device_has_no_part_in_it():
    """Draws happen on the CPU; a policy that lives elsewhere gets its states there only if it asks."""
    policy = torch.nn.Linear(4, 2).to(dg.device())
    moved = lambda state: policy(state.to(dg.device())).cpu()  # noqa: E731
    assert L.rollout(moved, L.CartPole(), 3, steps=2, generator=draws()).states.shape[-1] == 4
