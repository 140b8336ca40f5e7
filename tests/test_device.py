"""What can be known of devices on any machine; an accelerator's own behaviour is only looked at where there is one."""

import os
import pathlib
import random
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

import dlcourse
from dlcourse import device


def run(code, **environment):
    """Run code in a fresh Python; return what it printed, or raise."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("DLCOURSE_")} | environment
    return subprocess.run([sys.executable, "-c", code], check=True, env=env, capture_output=True, text=True).stdout.strip()


def test_one_thread_unless_asked_for_more():
    code = "import dlcourse.device, torch; print(torch.get_num_threads())"
    assert run(code) == "1" and run(code, DLCOURSE_THREADS="2") == "2"
    for wrong in ("0", "two", "-1", ""):
        with pytest.raises(subprocess.CalledProcessError) as caught:
            run(code, DLCOURSE_THREADS=wrong)
        assert "DLCOURSE_THREADS must be" in caught.value.stderr


def test_the_device_can_be_chosen_and_a_missing_one_is_refused(monkeypatch):
    assert device.available()[-1] == "cpu"
    assert device.device("cpu").type == "cpu"
    monkeypatch.setenv("DLCOURSE_DEVICE", "cpu")
    assert device.device().type == "cpu"
    with pytest.raises(ValueError, match="device must be one of"):
        device.device("quantum")
    assert device.dtype() is torch.float32


def test_seeding_repeats_all_generators():
    def draws():
        rng, g = device.seed_all(7)
        return random.random(), np.random.rand(), torch.rand(1).item(), rng.random(), torch.rand(1, generator=g).item()

    first = draws()
    assert first == draws() and len(set(first)) >= 4  # torch's global generator and the fresh one agree
    device.seed_all(8)
    assert random.random() != first[0]
    for wrong in (-1, 2**32, 1.5, None, True):
        with pytest.raises(ValueError, match="seed"):
            device.seed_all(wrong)


def test_deterministic_mode_goes_on_and_off():
    device.seed_all(0, deterministic=True)
    try:
        assert torch.are_deterministic_algorithms_enabled()
    finally:
        device.seed_all(0)
    assert not torch.are_deterministic_algorithms_enabled()


def test_random_states_come_back():
    device.seed_all(3)
    random.gauss(0, 1)  # leaves a second value behind, which is part of the state
    np.random.normal()
    states = device.random_states()
    draw = lambda: (random.gauss(0, 1), np.random.normal(), torch.randn(1).item())  # noqa: E731
    first = draw()
    assert draw() != first
    device.restore_random_states(states)
    assert draw() == first


def test_timer_measures_and_survives_errors():
    with device.Timer("cpu") as t:
        time.sleep(0.02)
    assert 0.02 <= t.seconds < 5
    with pytest.raises(KeyError), device.Timer("cpu") as t:
        raise KeyError
    assert t.seconds >= 0
    assert np.isnan(device.Timer("cpu").seconds)


def test_memory_counts_what_the_process_holds():
    m = device.memory("cpu")
    assert set(m) == {"used", "peak", "total"}
    if m["peak"] and m["total"]:
        assert 10 * 2**20 < m["peak"] < m["total"]


def test_the_switches_do_nothing_on_a_cpu():
    model = torch.nn.Linear(2, 2)
    assert device.compile_model(model, "cpu") is model
    with device.autocast("cpu"):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32


def test_describe_tells_what_matters():
    text = device.describe()
    assert torch.__version__ in text and "chosen:" in text and "threads:" in text and "cpu" in text and len(text.splitlines()) >= 5


def test_only_device_py_names_an_accelerator():
    folder = pathlib.Path(dlcourse.__file__).parent
    guilty = [str(p.relative_to(folder)) for p in folder.rglob("*.py") if p.name != "device.py" and "cuda" in p.read_text(encoding="utf-8").lower()]
    assert not guilty


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no such accelerator here")
def test_on_an_accelerator_results_agree_and_halves_are_used():
    a = torch.randn(64, 64)
    b = a.to(device.device("cuda"))
    assert torch.allclose((b @ b).cpu(), a @ a, atol=1e-3)
    with device.autocast("cuda"):
        assert (b @ b).dtype in (torch.bfloat16, torch.float16)
    assert device.memory("cuda")["used"] > 0
    states = device.random_states()
    first = torch.rand(3, device="cuda")
    device.restore_random_states(states)
    assert torch.equal(first, torch.rand(3, device="cuda"))
