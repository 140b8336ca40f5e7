"""Threshold units against truth tables and the published counts; the spiking neuron against its closed form."""

import numpy as np
import pytest

from dlcourse.mlp import neurons


def test_neuron_is_sum_then_activation():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(5, 3)), rng.normal(size=3)
    out = neurons.neuron(x, w, 0.5, np.tanh)
    assert out.shape == (5,)
    assert np.allclose(out, [np.tanh(sum(a * b for a, b in zip(row, w)) + 0.5) for row in x], atol=1e-14)
    assert np.allclose(neurons.neuron(x[0], w, -1.0, lambda z: z >= 0), x[0] @ w >= 1)


def test_threshold_unit_fires_on_the_threshold():
    assert neurons.threshold_unit([1, 1], [1, 1], 2) == 1
    assert neurons.threshold_unit([0.5, 0.25], [1, 2], 1) == 1  # exact in binary: a tie
    assert neurons.threshold_unit([0, 1], [1, 1], 2) == 0
    assert neurons.threshold_unit(np.zeros((2, 3, 4)), np.ones(4), 1).shape == (2, 3)


def test_threshold_unit_refuses_wrong_sizes():
    with pytest.raises(ValueError, match="as long as w"):
        neurons.threshold_unit([1, 0, 1], [1, 1], 1)
    with pytest.raises(ValueError, match="as long as w"):
        neurons.threshold_unit([[1, 0]], [[1, 1]], 1)  # would broadcast


@pytest.mark.parametrize("name, oracle", [("AND", lambda a, b: a and b), ("OR", lambda a, b: a or b), ("NAND", lambda a, b: not (a and b))])
def test_gates(name, oracle):
    for a in (0, 1):
        for b in (0, 1):
            assert neurons.logic_gate(name, [a, b]) == int(oracle(a, b))


def test_not_and_unknown_gate():
    assert neurons.logic_gate("NOT", [[0], [1]]).tolist() == [1, 0]
    with pytest.raises(ValueError, match="XOR"):
        neurons.logic_gate("XOR", [0, 1])


def test_truth_table_counts_upwards():
    assert neurons.truth_table(3).tolist() == [[int(c) for c in f"{k:03b}"] for k in range(8)]


def test_xor_net():
    table = neurons.truth_table(2)
    assert neurons.two_layer(table, *neurons.xor_net()).tolist() == [a ^ b for a, b in table]
    assert neurons.two_layer([1, 0], *neurons.xor_net()) == 1


@pytest.mark.parametrize("n, limit, published", [(1, 1, 4), (2, 1, 14), (3, 2, 104), (4, 3, 1882)])
def test_separable_functions_are_counted_from_both_sides(n, limit, published):
    """X1.2: 14 of 16 and 104 of 256; OEIS A000609 is the published sequence."""
    found = neurons.realised(n, limit)
    assert len(found) == published
    impossible = neurons.contradicted(n)
    assert impossible.sum() == 2**2**n - published
    assert not impossible[list(found)].any()
    table = neurons.truth_table(n)
    for number, (w, theta) in found.items():
        assert neurons.code(neurons.threshold_unit(table, w, theta)) == number


def test_small_weights_do_not_suffice_for_ever():
    assert len(neurons.realised(3, 1)) < 104
    assert len(neurons.realised(4, 2)) < 1882


def test_linear_programs_agree_with_the_count():
    """Independent oracle: scipy's linear programming, all functions of two inputs and a random 40 of three."""
    from scipy.optimize import linprog

    rng = np.random.default_rng(1)
    for n, codes in ((2, range(16)), (3, rng.integers(0, 256, 40))):
        found, rows = neurons.realised(n, 2), np.c_[neurons.truth_table(n), np.ones(2**n)]
        for number in codes:
            sign = np.array([1 if int(number) >> k & 1 else -1 for k in range(2**n)])
            program = linprog(np.zeros(n + 1), A_ub=-sign[:, None] * rows, b_ub=-np.ones(2**n), bounds=(None, None))
            assert (program.status == 0) == (int(number) in found)


def test_contradicted_refuses_large_n():
    with pytest.raises(ValueError, match="at most 4"):
        neurons.contradicted(5)


def test_rate_by_hand():
    """2 nA settles at -45 mV: 10 ln(20/5) + 2 ms between pulses.  1.5 nA settles on the threshold: never."""
    assert neurons.lif_rate(2.0) == pytest.approx(1000 / (10 * np.log(4) + 2), rel=1e-12)
    assert neurons.lif_rate([0.0, 1.0, 1.5]).tolist() == [0, 0, 0]


def test_simulation_meets_the_closed_form():
    """One pulse in 4 s is the resolution; a step of 0.02 ms delays each pulse by at most that much."""
    current = np.array([1.0, 1.6, 2.0, 3.0, 5.0])
    _, spikes = neurons.lif_simulate(current, duration=4000, dt=0.02)
    assert np.allclose(spikes.sum(axis=0) / 4, neurons.lif_rate(current), atol=0.5, rtol=0.01)


def test_noise_makes_a_silent_cell_fire():
    _, spikes = neurons.lif_simulate([1.2, 1.2], duration=2000, noise=4.0, seed=0)
    assert neurons.lif_rate(1.2) == 0 and (spikes.sum(axis=0) > 5).all()
    _, again = neurons.lif_simulate([1.2, 1.2], duration=2000, noise=4.0, seed=0)
    assert (spikes == again).all()


def test_voltage_settles_where_the_equation_says():
    voltage, spikes = neurons.lif_simulate(1.0, duration=200)
    assert voltage.shape == (2000, 1) and not spikes.any()
    assert voltage[-1, 0] == pytest.approx(-55, abs=1e-6)
    assert voltage[99, 0] == pytest.approx(-55 - 10 * np.exp(-1), abs=1e-9)  # after one time constant (10 ms)
