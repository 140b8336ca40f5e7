"""An interrupted and resumed run must be the uninterrupted one, bit for bit."""

import inspect
import random

import numpy as np
import pytest
import torch
from torch import nn

from dlcourse import data, device
from dlcourse.train import minibatches, save, stalled, train

D = data.moons(n=90, noise=0.2)
X, Y = D.x.astype(np.float32), D.y


def fresh(kind="adam"):
    """A model with all that makes resuming hard: dropout, batch statistics, momentum, a schedule, noise from every generator."""
    device.seed_all(5)
    model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 2))
    optimizer = torch.optim.Adam(model.parameters(), 0.02) if kind == "adam" else torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
    return model, optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5)


plain = minibatches(X, Y, batch_size=17)


def noisy(rng):
    """Batches with augmentation out of three global generators."""
    for x, y in plain(rng):
        yield x + 0.01 * torch.randn_like(x) + float(np.random.normal(0, 0.01)) + random.gauss(0, 0.01), y


def run(epochs, checkpoint=None, kind="adam", batches=noisy, **options):
    """(model, history) of a run from fresh objects."""
    model, optimizer, scheduler = fresh(kind)

    def validate():
        logits = model(torch.as_tensor(X))
        return {"loss": nn.functional.cross_entropy(logits, torch.as_tensor(Y)), "accuracy": (logits.argmax(1).numpy() == Y).mean()}

    history = train(model, batches, nn.functional.cross_entropy, optimizer, epochs, 3, validate, None, scheduler, checkpoint, progress=False, **options)
    return model, history


def identical(a, b):
    """Whether two models agree in every bit."""
    return all(torch.equal(p, q) for p, q in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


def test_the_loop_is_short_and_one_function():
    assert len(inspect.getsource(train).splitlines()) <= 40


@pytest.mark.parametrize("kind", ["adam", "momentum"])
@pytest.mark.parametrize("stop", [1, 3, 5])
def test_resumed_is_bit_identical(kind, stop, tmp_path):
    whole, history = run(6, kind=kind)
    run(stop, tmp_path / "c.pt", kind)
    random.seed(1), np.random.seed(1), torch.manual_seed(1)  # another process has other generators
    resumed, again = run(6, tmp_path / "c.pt", kind)
    assert identical(whole, resumed) and history == again
    assert set(history) == {"loss", "validation loss", "accuracy"} and all(len(v) == 6 for v in history.values())


@pytest.mark.parametrize("batch", [0, 2, 7, 11])
def test_a_crash_in_the_middle_of_an_epoch_is_undone(batch, tmp_path):
    whole, history = run(4)
    left = [batch]

    def crashes(rng):
        for b in noisy(rng):
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            yield b

    with pytest.raises(KeyboardInterrupt):
        run(4, tmp_path / "c.pt", batches=crashes)
    resumed, again = run(4, tmp_path / "c.pt")
    assert identical(whole, resumed) and history == again


def test_a_crash_while_writing_leaves_the_old_checkpoint(tmp_path, monkeypatch):
    whole, history = run(4)
    run(2, tmp_path / "c.pt")
    before = (tmp_path / "c.pt").read_bytes()

    def half(state, f):
        f.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(OSError, match="disk full"):
        run(4, tmp_path / "c.pt")
    monkeypatch.undo()
    assert (tmp_path / "c.pt").read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["c.pt"]
    resumed, again = run(4, tmp_path / "c.pt")
    assert identical(whole, resumed) and history == again


def test_a_finished_run_is_not_run_again(tmp_path):
    model, history = run(3, tmp_path / "c.pt")
    again, same = run(3, tmp_path / "c.pt")
    assert identical(model, again) and history == same


def test_checkpoints_of_other_runs_are_refused(tmp_path):
    model, optimizer, scheduler = fresh()
    save(tmp_path / "seed.pt", model, optimizer, scheduler, 99, {"loss": []})
    with pytest.raises(ValueError, match="seed=99"):
        run(1, tmp_path / "seed.pt")
    save(tmp_path / "plain.pt", model, optimizer, None, 3, {"loss": []})
    with pytest.raises(ValueError, match="scheduler"):
        run(1, tmp_path / "plain.pt")
    (tmp_path / "bad.pt").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(ValueError, match="damaged"):
        run(1, tmp_path / "bad.pt")


def test_a_checkpoint_cannot_run_code(tmp_path):
    class Evil:
        def __reduce__(self):
            return exec, ("open('broken_into', 'w')",)

    torch.save({"model": Evil()}, tmp_path / "evil.pt")
    with pytest.raises(ValueError, match="damaged"):
        run(1, tmp_path / "evil.pt")


def test_it_learns_and_the_mean_loss_is_weighted_by_batch_size():
    model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 2))
    optimizer = torch.optim.Adam(model.parameters(), 0.03)
    history = train(model, plain, nn.functional.cross_entropy, optimizer, 60, progress=False)
    found = (model(torch.as_tensor(X)).argmax(1).numpy() == Y).mean()
    assert history["loss"][-1] < 0.25 * history["loss"][0] and found > 0.9
    frozen = torch.optim.SGD(model.parameters(), 0.0)
    exact = nn.functional.cross_entropy(model(torch.as_tensor(X)), torch.as_tensor(Y)).item()
    assert train(model, plain, nn.functional.cross_entropy, frozen, 1, progress=False)["loss"][0] == pytest.approx(exact, rel=1e-5)


def test_modes_gradients_and_several_inputs():
    class Sum(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.zeros(1))
            self.seen = []

        def forward(self, a, b):
            self.seen.append((self.training, torch.is_grad_enabled()))
            return self.w * (a + b)

    model = Sum()
    batches = minibatches(np.ones((4, 1), np.float32), np.ones((4, 1), np.float32), np.full((4, 1), 6, np.float32), batch_size=4)
    validate = lambda: {"w": model(torch.ones(1), torch.zeros(1))}  # noqa: E731
    history = train(model, batches, nn.functional.mse_loss, torch.optim.SGD(model.parameters(), 0.1), 40, validate=validate, progress=False)
    assert history["w"][-1] == pytest.approx(3, abs=1e-3)
    assert model.seen == [(True, True), (False, False)] * 40


def test_early_stop():
    losses = [3.0, 2.0, 2.5, 2.0, 1.0]
    assert [stalled({"loss": losses[:n]}, 2) for n in range(1, 6)] == [False, False, False, True, False]
    model = nn.Linear(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), 0.0)
    assert len(train(model, plain, nn.functional.cross_entropy, optimizer, 50, patience=3, validate=lambda: {"loss": 1.0}, progress=False)["loss"]) == 4


def test_it_stops_with_a_reason():
    model = nn.Linear(2, 2)
    with pytest.raises(FloatingPointError, match="learning rate"), np.errstate(all="ignore"):
        train(model, plain, lambda a, b: nn.functional.cross_entropy(a, b) * float("inf"), torch.optim.SGD(model.parameters(), 1), 2, progress=False)
    with pytest.raises(ValueError, match="batches must yield"):
        train(model, lambda rng: [], nn.functional.cross_entropy, torch.optim.SGD(model.parameters(), 1), 2, progress=False)


def test_minibatches_cover_everything_once_in_an_order_of_the_generator():
    batches = minibatches(np.arange(10), np.arange(10) * 2, batch_size=4)
    got = list(batches(np.random.default_rng(0)))
    assert [len(a) for a, _ in got] == [4, 4, 2]
    order = torch.cat([a for a, _ in got])
    assert sorted(order.tolist()) == list(range(10)) and torch.equal(torch.cat([b for _, b in got]), order * 2)
    assert torch.equal(order, torch.cat([a for a, _ in batches(np.random.default_rng(0))]))
    assert not torch.equal(order, torch.cat([a for a, _ in batches(np.random.default_rng(1))]))
    still = minibatches(np.arange(5), batch_size=2, shuffle=False)(np.random.default_rng(0))
    assert torch.cat([a for (a,) in still]).tolist() == list(range(5))
    with pytest.raises(ValueError, match="arrays"):
        minibatches(np.ones(3), np.ones(4))
    with pytest.raises(ValueError, match="batch_size"):
        minibatches(np.ones(3), batch_size=0)


def test_progress_goes_to_stderr_only(capsys):
    model = nn.Linear(2, 2)
    train(model, plain, nn.functional.cross_entropy, torch.optim.SGD(model.parameters(), 0.1), 2)
    out, err = capsys.readouterr()
    assert out == "" and "loss" in err
