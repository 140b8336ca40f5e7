"""One plain training loop, with a checkpoint from which a run goes on exactly as if it had never stopped.

    history = train(model, batches, loss_fn, optimizer, epochs=20, seed=0, validate=lambda: {"accuracy": ...}, checkpoint="run.pt")

An epoch's batches come from ``batches(rng)``, a function of a NumPy generator that is seeded by (seed, epoch).  Their order is therefore a function of the
epoch's number alone, and an interrupted run sees after its resumption the batches that it would have seen.  See `minibatches` for the usual case.
"""

import math
import os
import tempfile
from pathlib import Path

import numpy as np
import torch
from tqdm.auto import tqdm

from dlcourse.device import random_states, restore_random_states


def minibatches(*arrays, batch_size=64, shuffle=True):
    """A function of a generator that yields tuples of tensors: batches of the arrays, cut along their first axis, in a new random order each time.

    ValueError if the arrays' lengths differ or batch_size is below 1.  The last batch may be smaller.
    """
    lengths = {len(a) for a in arrays}
    if len(lengths) != 1:
        raise ValueError(f"arrays must have one common length, got {sorted(lengths)}")
    if batch_size < 1:
        raise ValueError(f"batch_size must be >= 1, got {batch_size}")
    tensors, n = [torch.as_tensor(a) for a in arrays], lengths.pop()

    def batches(rng):
        order = torch.from_numpy(rng.permutation(n) if shuffle else np.arange(n))
        for i in range(0, n, batch_size):
            yield tuple(t[order[i : i + batch_size].to(t.device)] for t in tensors)

    return batches


def train(model, batches, loss_fn, optimizer, epochs, seed=0, validate=None, patience=None, scheduler=None, checkpoint=None, progress=True):
    """Train `model` in place and return its history, {"loss": [one mean a epoch], and each value that validate() reports: [...]}.

    batches(rng) -> (x, ..., y) tuples; loss_fn(model(x, ...), y) -> a scalar tensor.  validate() -> dict of numbers, called after each epoch in evaluation mode
    without gradients.  patience: stop after so many epochs without a lower "loss" of validate() (or of training, if it reports none).
    scheduler: its step() is called after each epoch.  checkpoint: a file, rewritten after each epoch; if it is there, the run goes on from it.
    FloatingPointError if the loss is not finite, ValueError if there are no batches or the checkpoint is of another run.
    """
    history, start = load(checkpoint, model, optimizer, scheduler, seed) if checkpoint and Path(checkpoint).exists() else ({"loss": []}, 0)
    bar = tqdm(range(start, epochs), initial=start, total=epochs, disable=not progress, leave=False)
    for epoch in bar:
        if patience and stalled(history, patience):
            break
        model.train()
        total, count = 0.0, 0
        for *inputs, y in batches(np.random.default_rng([seed, epoch])):
            optimizer.zero_grad()
            loss = loss_fn(model(*inputs), y)
            if not math.isfinite(loss.item()):
                raise FloatingPointError(f"the loss is {loss.item()} in epoch {epoch}: is the learning rate too high?")
            loss.backward()
            optimizer.step()
            total, count = total + loss.item() * len(y), count + len(y)
        if not count:
            raise ValueError(f"batches must yield at least one batch an epoch, got none in epoch {epoch}")
        history["loss"].append(total / count)
        model.eval()
        with torch.no_grad():
            for name, value in (validate() if validate else {}).items():
                history.setdefault("validation loss" if name == "loss" else name, []).append(float(value))
        if scheduler:
            scheduler.step()
        if checkpoint:
            save(checkpoint, model, optimizer, scheduler, seed, history)
        bar.set_postfix({name: f"{values[-1]:.4g}" for name, values in history.items()})
    return history


def stalled(history, patience):
    """Whether the watched loss has not fallen below its earlier minimum for `patience` epochs."""
    losses = history.get("validation loss", history["loss"])
    return len(losses) > patience and min(losses[-patience:]) >= min(losses[:-patience])


def save(path, model, optimizer, scheduler, seed, history):
    """Write all that the rest of the run depends on.  The file is replaced in one step, so a crash leaves the old one or the new one, never a part."""
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict() if scheduler else None,
        "seed": seed,
        "history": history,
        "random": random_states(),
    }
    path = Path(path)
    handle, part = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as f:
            torch.save(state, f)
            f.flush()
            os.fsync(f.fileno())
        os.replace(part, path)
    except BaseException:
        os.unlink(part)
        raise


def load(path, model, optimizer, scheduler, seed):
    """Put everything back as `save` found it; return (history, the number of the next epoch).  Only data is read: no code in the file can run.

    ValueError if the file is of a run with another seed, or not a checkpoint of this loop.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        found = state["seed"], state["history"], state["scheduler"]
    except Exception as error:
        raise ValueError(f"checkpoint {path} is damaged or not a checkpoint of train(): {error}.  Delete it to start anew.") from error
    if found[0] != seed:
        raise ValueError(f"checkpoint {path} is of a run with seed={found[0]}, this one has seed={seed}: name another file or delete it")
    if (found[2] is None) != (scheduler is None):
        raise ValueError(f"checkpoint {path} was written {'without' if found[2] is None else 'with'} a scheduler, this run is otherwise")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    if scheduler:
        scheduler.load_state_dict(state["scheduler"])
    restore_random_states(state["random"])
    return state["history"], len(state["history"]["loss"])
