"""The one place that chooses a device and a number format, and the only file that names a kind of accelerator.

The course runs on a CPU.  An accelerator makes the same code faster, never different.

================  ==============================================  ==============================  =================================
                  CUDA (NVIDIA)                                   MPS (Apple)                     CPU
================  ==============================================  ==============================  =================================
chosen            first, if torch sees one                          second                          otherwise, or DLCOURSE_DEVICE=cpu
dtype()           float32                                         float32 (float64 is missing)    float32
autocast()        bfloat16, or float16 before Ampere              does nothing                    does nothing
compile_model()   torch.compile                                   does nothing                    does nothing
deterministic     also needs CUBLAS_WORKSPACE_CONFIG (set here)   best effort                     exact, with one thread
Timer             waits for queued kernels                        waits for queued kernels        the wall clock alone
memory()          allocated, peak, total of the device            allocated                       peak of this process
================  ==============================================  ==============================  =================================

Gradient checks want float64: do those on the CPU.  float16 under autocast also wants a gradient scaler (torch.amp.GradScaler); bfloat16 does not.

Threads: importing this module gives torch one thread, since small matrices on several threads are slower (8 to 27 times, measured on two shared
cores), and since sums over one thread are reproducible.  DLCOURSE_THREADS=4 in the environment asks for four.
"""

import contextlib
import os
import platform
import random
import sys
import time

import numpy as np
import torch


def _threads():
    """The number of torch threads that DLCOURSE_THREADS asks for, default 1."""
    text = os.environ.get("DLCOURSE_THREADS", "1")
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"DLCOURSE_THREADS must be a whole number >= 1, got {text!r}")
    return int(text)


torch.set_num_threads(_threads())


def available():
    """Kinds of device on this machine, best first: a list such as ["cuda", "cpu"]."""
    kinds = ["cuda"] if torch.cuda.is_available() else []
    kinds += ["mps"] if torch.backends.mps.is_available() else []
    return [*kinds, "cpu"]


def device(kind=None):
    """The torch.device to compute on: `kind`, else the environment variable DLCOURSE_DEVICE, else the best one there is.

    ValueError if that kind is not on this machine; a fall-back nobody asked for would hide a slow run.
    """
    kind = kind or os.environ.get("DLCOURSE_DEVICE") or available()[0]
    if kind.split(":")[0] not in available():
        raise ValueError(f"device must be one of {available()} on this machine, got {kind!r}")
    return torch.device(kind)


def dtype():
    """The number format of the course's torch models, on every device: torch.float32."""
    return torch.float32


def seed_all(seed, deterministic=False):
    """Seed `random`, NumPy's old global generator and torch on every device; return (rng, g), a fresh numpy and a fresh torch generator.

    deterministic: have torch refuse operations whose result changes from run to run, and choose fixed algorithms; it may be slower.
    ValueError unless seed is a whole number from 0 to 2^32 - 1.
    """
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**32:
        raise ValueError(f"seed must be a whole number from 0 to 2**32 - 1, got {seed!r}")
    seed = int(seed)
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)  # all devices
    if deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when the library starts: call this before the first product
    torch.use_deterministic_algorithms(deterministic)
    torch.backends.cudnn.benchmark = False
    return np.random.default_rng(seed), torch.Generator().manual_seed(seed)


def random_states():
    """The states of all global random generators (python, numpy, torch, the accelerator) as plain data and tensors, for a checkpoint."""
    name, numbers, *rest = np.random.get_state()
    states = {"python": random.getstate(), "numpy": [name, numbers.tolist(), *rest], "cpu": torch.get_rng_state()}
    for kind in available()[:-1]:
        states[kind] = getattr(torch, kind).get_rng_state()
    return states


def restore_random_states(states):
    """Put the states that `random_states` returned back; those of an accelerator that is not here are passed over."""
    version, numbers, gauss = states["python"]
    random.setstate((version, tuple(numbers), gauss))
    name, numbers, *rest = states["numpy"]
    np.random.set_state((name, np.array(numbers, dtype=np.uint32), *rest))
    torch.set_rng_state(states["cpu"])
    for kind in available()[:-1]:
        if kind in states:
            getattr(torch, kind).set_rng_state(states[kind])


def synchronise(where=None):
    """Wait until the device has done all that it was asked to; on a CPU there is nothing to wait for."""
    kind = torch.device(where or device()).type
    if kind == "cuda":
        torch.cuda.synchronize(where)
    elif kind == "mps":
        torch.mps.synchronize()


class Timer:
    """``with Timer() as t: ...`` measures wall-clock seconds in ``t.seconds``; an accelerator's queue is emptied before and after."""

    def __init__(self, where=None):
        self.where = device() if where is None else torch.device(where)
        self.seconds = float("nan")  # until the block has ended

    def __enter__(self):
        synchronise(self.where)
        self._start = time.perf_counter()
        return self

    def __exit__(self, *exc):
        synchronise(self.where)
        self.seconds = time.perf_counter() - self._start


def memory(where=None):
    """Memory in bytes: {"used", "peak", "total"}; a number that the system does not tell is None.

    On an accelerator: torch's tensors on it; on a CPU: the peak of this process and the memory of the machine.
    """
    where = device() if where is None else torch.device(where)
    if where.type == "cuda":
        total = torch.cuda.get_device_properties(where).total_memory
        return {"used": torch.cuda.memory_allocated(where), "peak": torch.cuda.max_memory_allocated(where), "total": total}
    if where.type == "mps":
        return {"used": torch.mps.current_allocated_memory(), "peak": None, "total": torch.mps.recommended_max_memory()}
    peak = total = None
    with contextlib.suppress(ImportError):  # not on Windows
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    with contextlib.suppress(AttributeError, ValueError, OSError):
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"used": None, "peak": peak, "total": total}


def autocast(where=None):
    """A context in which matrix products run in half precision on CUDA; it does nothing elsewhere."""
    where = device() if where is None else torch.device(where)
    if where.type != "cuda":
        return contextlib.nullcontext()
    half = torch.bfloat16 if torch.cuda.get_device_capability(where)[0] >= 8 else torch.float16
    return torch.autocast("cuda", dtype=half)


def compile_model(model, where=None):
    """The model through torch.compile on CUDA; elsewhere the model itself (compiling takes a C++ compiler and longer than our runs)."""
    where = device() if where is None else torch.device(where)
    return torch.compile(model) if where.type == "cuda" else model


def describe():
    """What was found, as text of a few lines: versions, devices, the one chosen, threads and memory."""
    where = device()
    m = memory(where)
    size = lambda n: "unknown" if n is None else f"{n / 2**30:.1f} GiB"  # noqa: E731
    names = [f"cuda:{i} {torch.cuda.get_device_name(i)}" for i in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    names += ["mps"] if torch.backends.mps.is_available() else []
    half = type(autocast(where)).__name__ != "nullcontext"
    lines = [
        f"python {platform.python_version()}, torch {torch.__version__}, numpy {np.__version__} on {platform.system()} {platform.machine()}",
        f"devices: {', '.join([*names, 'cpu'])}",
        f"chosen: {where} (change it with DLCOURSE_DEVICE), numbers: {str(dtype()).removeprefix('torch.')}",
        f"threads: {torch.get_num_threads()} of {os.cpu_count()} cores (change it with DLCOURSE_THREADS)",
        f"memory: {size(m['total'])}, peak so far {size(m['peak'])}",
        f"autocast and compile: {'on' if half else 'do nothing here'}",
    ]
    return "\n".join(lines)
