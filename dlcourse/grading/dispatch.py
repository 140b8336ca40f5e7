"""Hand tasks out and take results as they come: to processes of this machine, or to the workers of a Dask cluster.

Few tasks are in flight at a time, so a class of any size costs little memory.  A worker that dies is replaced and its task is tried again.
"""
import ctypes
import multiprocessing
import os
import platform
import signal
import socket
import sys
import threading
import time
import warnings
from collections import deque
from functools import partial
from multiprocessing import reduction
from multiprocessing.connection import wait
from typing import NamedTuple

from dlcourse.grading import parents, sandbox
from dlcourse.grading.files import package_hash

TRIES = 3
ANSWER = 20  # seconds for a scheduler to answer
PATIENCE = 120  # seconds that a cluster may stay without any worker
MANY = 200  # submissions from which on cheaper forks are worth their preparation
ONLY_PARENT = set()  # file descriptors (the class's lock, pipes of other workers) that a forked worker closes


class Outcome(NamedTuple):
    """What became of a job."""

    job: object
    output: object  # what the function gave; None where there is trouble
    trouble: str = ""


class Worker:
    """A process that applies one function to what it is given, one thing at a time."""

    def __init__(self, function, cores=None):
        self.cores = cores
        # A fork is cheap and safe as long as this process has one thread; Dask's client leaves threads behind.
        alone = threading.active_count() == 1 and "fork" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("fork" if alone else "spawn")
        self.pipe, theirs = context.Pipe()
        ONLY_PARENT.add(self.pipe.fileno())
        self.process = context.Process(target=serve, args=(theirs, function, os.getpid(), cores))
        self.process.start()
        theirs.close()
        self.job, self.tries, self.deadline = None, 0, None

    def give(self, job, tries, load, limit):
        """Start on a job.  A worker that is dead already shows when it is asked for the result."""
        self.job, self.tries, self.deadline = job, tries, limit and time.monotonic() + limit
        try:
            self.pipe.send(load)
        except OSError:
            self.process.kill()

    def take(self):
        """-> ("done", output), ("failed", why) or ("parents", (key, cores)); raises EOFError if the worker died."""
        if self.deadline and time.monotonic() > self.deadline and not self.pipe.poll():
            raise EOFError
        try:
            return self.pipe.recv()
        except OSError:
            raise EOFError from None

    def lend(self, many, key, cores):
        """Give it a pair of pre-loaded parents."""
        try:
            lines, trouble = parents.lend(key, cores, many), ""
        except (OSError, RuntimeError) as error:
            lines, trouble = (), f"no pre-loaded parent: {error}"
        try:
            self.pipe.send(trouble)
            for line in lines:
                reduction.send_handle(self.pipe, line.fileno(), self.process.pid)
        except OSError:
            self.process.kill()
        for line in lines:
            line.close()

    def end(self, kill=False):
        """Send it home; what does not go is killed."""
        if not kill:
            try:
                self.pipe.send(None)
                self.process.join(10)
            except OSError:
                pass
        self.process.kill()
        self.process.join()
        ONLY_PARENT.discard(self.pipe.fileno())
        self.pipe.close()


def borrow(pipe, key, cores):
    """In a worker: a pair of pre-loaded parents from the controller.  -> two sockets; raises RuntimeError"""
    pipe.send(("parents", (key, cores)))
    if trouble := pipe.recv():
        raise RuntimeError(trouble)
    return tuple(socket.socket(fileno=reduction.recv_handle(pipe)) for _ in range(2))


def serve(pipe, function, parent, cores):
    """The life of a worker process: it dies with its parent, an interrupt is the parent's business, and it knows no database."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)
    os.environ.pop("DLCOURSE_DB", None)
    for handle in ONLY_PARENT:
        os.close(handle)
    parents.own()
    parents.LENDER[:] = [partial(borrow, pipe)]
    if cores:
        os.sched_setaffinity(0, cores)
    while (load := pipe.recv()) is not None:
        try:
            answer = "done", function(load)
        except Exception as error:
            answer = "failed", f"{type(error).__name__}: {error}"
        pipe.send(answer)
    parents.close_all()


def local(jobs, make, function, workers, limit=None):
    """Apply ``function`` to ``make(job)`` in processes of this machine; yield an Outcome for each job as it is done.

    make: job -> what the function gets, called late, once a try; limit: seconds after which a worker counts as hung and is killed.
    """
    todo = deque((job, 1) for job in jobs)
    many = len(todo) >= MANY
    crew = [Worker(function, cores) for cores in places(min(workers, len(todo)))]
    ready, finished = None, False  # one load is made before a worker asks for it
    try:
        while todo or ready or any(w.job is not None for w in crew):
            ready = ready or (load(todo, make) if todo else None)
            done = []
            for worker in answering(crew):
                done += collect(worker, crew, todo, function, many)
            for worker in crew:
                ready = ready or (load(todo, make) if todo else None)
                if worker.job is None and ready:
                    worker.give(*ready, limit)
                    ready = None
            yield from done
        finished = True
    finally:
        for worker in crew:
            worker.end(kill=not finished)
        parents.close_all()


def places(workers):
    """For each worker the cores that it keeps to: one each where they fill the machine, as what runs in turn then finds its memory near; else None."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    return [{core} for core in cores] if len(cores) == workers > 1 else [None] * workers


def load(todo, make):
    """The next job, how often it was tried, and what the function gets."""
    job, tries = todo.popleft()
    return job, tries, make(job)


def answering(crew):
    """Workers that have an answer, are dead or are past their time; waits for the first of them."""
    busy = [w for w in crew if w.job is not None]
    ends = [w.deadline for w in busy if w.deadline]
    if not busy:
        return []
    seen = set(wait([x for w in busy for x in (w.pipe, w.process.sentinel)], max(0, min(ends) - time.monotonic()) if ends else None))
    now = time.monotonic()
    return [w for w in busy if w.pipe in seen or w.process.sentinel in seen or (w.deadline and now > w.deadline)]


def collect(worker, crew, todo, function, many):
    """The outcome of a worker's job, as a list; empty where it asked for parents, or died and the job goes back to the queue."""
    job, tries = worker.job, worker.tries
    try:
        kind, output = worker.take()
        if kind == "parents":
            worker.lend(many, *output)
            return []
        worker.job = None
        return [Outcome(job, output) if kind == "done" else Outcome(job, None, output)]
    except EOFError:
        worker.end(kill=True)
        crew[crew.index(worker)] = Worker(function, worker.cores)
        if tries < TRIES:
            todo.appendleft((job, tries + 1))
            return []
        return [Outcome(job, None, f"the worker process died {TRIES} times over it, last with status {worker.process.exitcode}")]


def identify(sandboxed):
    """What a worker on another machine must agree on: the package and Python; and why it has no sandbox, if it has none."""
    return package_hash(), platform.python_version_tuple()[:2], sandboxed and sandbox.available() or ""


ONE_AT_A_TIME = threading.Lock()


def remotely(function, load, package):
    """On a cluster's worker: the function, one load at a time in this process, and only if the package is the controller's."""
    if package_hash() != package:
        raise RuntimeError("this worker has another version of dlcourse than the controller; install the same one and start it again")
    parents.LENDER[:] = [partial(parents.lend, many=True)]
    with ONE_AT_A_TIME:
        return function(load)


def cluster(address, jobs, make, function, sandboxed=True):
    """As ``local``, on the workers of a Dask scheduler.  TLS and time limits come from Dask's own configuration.

    Raises RuntimeError if ``distributed`` is missing, nobody answers, a worker has another package or no sandbox.
    """
    with connect(address) as client:
        agree(client, address, sandboxed)
        yield from spread(client, address, deque(jobs), make, function)


def connect(address):
    """A client of the scheduler.  Raises RuntimeError."""
    try:
        import distributed
    except ModuleNotFoundError:
        raise RuntimeError("--scheduler needs the package distributed: pip install -c constraints.txt distributed") from None
    try:
        return distributed.Client(address, timeout=ANSWER)
    except (OSError, ValueError) as error:
        raise RuntimeError(f"no Dask scheduler answers at {address} ({str(error)[:200] or type(error).__name__}); "
                           "expected tcp://host:port or tls://host:port") from None


def agree(client, address, sandboxed):
    """Every worker must run this package on this Python, with a sandbox where one is asked for.  Raises RuntimeError."""
    try:
        client.wait_for_workers(1, timeout=30)
    except TimeoutError:
        raise RuntimeError(f"the scheduler at {address} has no worker; start some with: dask worker {address} --nthreads 1") from None
    try:
        found = client.run(identify, sandboxed)
    except Exception as error:
        raise RuntimeError(f"a worker of {address} cannot load dlcourse ({type(error).__name__}: {str(error)[:200]}); "
                           "install the same version on every worker") from None
    mine = identify(False)
    for worker, (package, python, reason) in found.items():
        if package != mine[0]:
            raise RuntimeError(f"worker {worker} has another version of dlcourse than this machine (hash {package[:12]}, expected {mine[0][:12]}); "
                               "install the same one on every worker and start it again")
        if tuple(python) != tuple(mine[1]):
            raise RuntimeError(f"worker {worker} runs Python {'.'.join(python)}, expected {'.'.join(mine[1])}")
        if reason:
            raise sandbox.NoSandbox(f"worker {worker}: {reason}")


def spread(client, address, todo, make, function):
    """Keep two tasks a worker in flight and yield outcomes; Dask itself gives a dead worker's task to another, three times."""
    from distributed import wait as wait_for

    flying, crew, asked, seen = {}, 1, 0.0, time.monotonic()
    warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)
    while todo or flying:
        if (now := time.monotonic()) > asked + 5:
            crew, asked = len(workers_of(client, address)), now
            seen = now if crew else seen
        if now - seen > PATIENCE:
            raise RuntimeError(f"the scheduler at {address} has had no worker for {PATIENCE} s; what was finished is kept")
        while todo and len(flying) < 2 * max(1, crew):
            job = todo.popleft()
            flying[client.submit(remotely, function, make(job), package_hash(), pure=False)] = job
        try:
            done = wait_for(list(flying), timeout=5, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            done = ()
        for future in done:
            yield landed(future, flying.pop(future))


def workers_of(client, address):
    """The cluster's workers.  Raises RuntimeError if the scheduler is gone."""
    try:
        return client.nthreads()
    except (OSError, TimeoutError) as error:
        raise RuntimeError(f"the scheduler at {address} is gone ({type(error).__name__}); what was finished is kept, "
                           "the same command goes on from there") from None


def landed(future, job):
    """The outcome of a future that is done; its memory on the cluster is let go."""
    try:
        return Outcome(job, future.result())
    except Exception as error:
        return Outcome(job, None, f"{type(error).__name__}: {str(error)[:300]}")
    finally:
        future.release()
