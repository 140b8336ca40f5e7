"""Warm kernels through Jupyter's own manager: an ordinary kernel must not be told from them, except by its start."""
import json
import os
import queue
import signal
import subprocess
import sys
import time

import psutil
import pytest
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

from dlcourse.kernels import provisioner

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="no pidfd on this system: kernels start the ordinary way")
MODULES = "numpy,json"  # quick to load; what is pre-loaded is a setting


@pytest.fixture(scope="module")
def runtime(tmp_path_factory):
    """A private runtime folder and a pre-loaded server of its own, ended at the end."""
    patch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("r")
    patch.setenv("XDG_RUNTIME_DIR", str(folder))
    patch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "dlcourse-warm")
    patch.setenv("DLCOURSE_WARM_MODULES", MODULES)
    yield folder
    provisioner.stop_servers()
    patch.undo()


@pytest.fixture
def kernel(runtime):
    """(manager, client) of a started kernel."""
    yield from started()


other = kernel  # a second one


def started(**options):
    km = KernelManager(**options)
    km.start_kernel()
    kc = km.client()
    kc.start_channels()
    kc.wait_for_ready(timeout=60)
    try:
        yield km, kc
    finally:
        kc.stop_channels()
        km.shutdown_kernel(now=True)


def run(kc, code):
    """What a cell prints, or its error's name."""
    said = []

    def hear(message):
        content = message["content"]
        said.append(content.get("text") or content.get("ename") or content.get("data", {}).get("text/plain", ""))

    kc.execute_interactive(code, output_hook=hear, timeout=60)
    return "".join(said).strip()


def warm(km):
    return isinstance(km.provisioner.process, provisioner.WarmProcess)


def server_pid(km):
    return psutil.Process(km.provisioner.pid).ppid()


def wait_until(condition):
    """A long deadline, only so that a failure does not hang."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_runs_cells_and_is_forked(kernel):
    km, kc = kernel
    assert warm(km) and "dlcourse.kernels.warm" in psutil.Process(server_pid(km)).cmdline()
    assert run(kc, "x = 6 * 7\nprint(x)") == "42" and run(kc, "1 / 0") == "ZeroDivisionError" and run(kc, "x") == "42"
    assert run(kc, "import os; print(os.path.samefile('.', %r))" % os.getcwd()) == "True"


def test_looks_like_an_ordinary_kernel(kernel):
    """Paths, arguments, names and environment as ``python -m ipykernel_launcher`` gives them."""
    probe = ("import os, sys, signal, json, threading\n"
             "env = {k: v for k, v in os.environ.items() if k not in ('JPY_PARENT_PID', 'PYTEST_CURRENT_TEST')}\n"
             "print(json.dumps([sys.path, sys.argv[0], __name__, sys.flags.__repr__(), env, os.getcwd(), sys.stdout.__class__.__name__,\n"
             "  [str(signal.getsignal(s)).split(' at ')[0] for s in (2, 15, 17, 13)], os.getpgid(0) == os.getpid(), os.getsid(0) == os.getpid()]))")
    mine = json.loads(run(kernel[1], probe))
    ordinary = subprocess.run([sys.executable, "-c", f"""
import os
os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = "local-provisioner"
from jupyter_client.manager import start_new_kernel
km, kc = start_new_kernel()
kc.execute_interactive({probe!r})
km.shutdown_kernel(now=True)
"""], capture_output=True, text=True, timeout=120, env=dict(os.environ))
    theirs = json.loads(ordinary.stdout)
    theirs[4]["JUPYTER_DEFAULT_PROVISIONER_NAME"] = "dlcourse-warm"
    assert mine[4].items() ^ theirs[4].items() == set()
    assert mine == theirs


def test_two_kernels_share_nothing(kernel, other):
    (a, kc_a), (b, kc_b) = kernel, other
    assert warm(a) and warm(b) and server_pid(a) == server_pid(b) and a.provisioner.pid != b.provisioner.pid
    run(kc_a, "secret = 1\nimport json\njson.patched = True")
    assert run(kc_b, "secret") == "NameError" and run(kc_b, "import json\njson.patched") == "AttributeError"


def test_random_numbers_differ(kernel, other):
    draw = "import random, numpy\nprint(random.random(), numpy.random.rand(), numpy.random.default_rng().random())"
    a, b = (run(kc, draw).split() for _, kc in (kernel, other))
    assert len(a) == 3 and not set(a) & set(b)


def test_torch_draws_afresh_and_its_first_step_imports_nothing(runtime, monkeypatch):
    monkeypatch.delenv("DLCOURSE_WARM_MODULES")
    step = ("import sys\nbefore = set(sys.modules)\nimport torch, numpy\nw = torch.zeros(1, requires_grad=True)\no = torch.optim.Adam([w])\n"
            "w.sum().backward()\no.step()\nprint(len(set(sys.modules) - before), torch.rand(1).item())")
    said = [run(kc, step).split() for _ in range(2) for _, kc in started()]
    assert [n for n, _ in said] == ["0", "0"] and said[0][1] != said[1][1]


def test_interrupt(kernel):
    km, kc = kernel
    run(kc, "x = 1")
    kc.execute("print('on', flush=True)\nwhile True: pass", stop_on_error=False)  # else the kernel drops, for a moment, what is asked next
    while kc.get_iopub_msg(timeout=30)["content"].get("text") != "on\n":
        pass
    km.interrupt_kernel()
    assert kc.get_shell_msg(timeout=30)["content"]["ename"] == "KeyboardInterrupt"
    assert run(kc, "x") == "1"


def test_restart_gives_a_new_process(kernel):
    km, kc = kernel
    run(kc, "x = 1")
    before = km.provisioner.pid
    km.restart_kernel()
    kc.wait_for_ready(timeout=60)
    assert warm(km) and km.provisioner.pid != before and run(kc, "x") == "NameError"
    wait_until(lambda: not psutil.pid_exists(before))


def test_graceful_shutdown_runs_exit_handlers(runtime, tmp_path):
    for km, kc in started():
        run(kc, f"import atexit\natexit.register(lambda: open({str(tmp_path / 'bye')!r}, 'w').write('bye'))")
        run(kc, f"f = open({str(tmp_path / 'open')!r}, 'w')\nf.write('x')")
        km.shutdown_kernel()
        assert not km.is_alive() and not os.path.exists(km.connection_file)
    assert (tmp_path / "bye").exists()
    assert (tmp_path / "open").read_text() == "x"  # the interpreter closes what the notebook left open


@pytest.mark.parametrize("now", [False, True])
def test_shutdown_leaves_no_process(runtime, now):
    for km, kc in started():
        pid, child = km.provisioner.pid, int(run(kc, "import subprocess\nprint(subprocess.Popen(['sleep', '1000']).pid)"))
        km.shutdown_kernel(now=now)
    wait_until(lambda: not psutil.pid_exists(pid) and not psutil.pid_exists(child))


def test_a_killed_kernel_is_seen_dead(kernel):
    km, kc = kernel
    kc.execute("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    wait_until(lambda: not km.is_alive())
    with pytest.raises(queue.Empty):
        kc.get_shell_msg(timeout=0.1)


def test_a_manager_that_dies_takes_its_kernels_along(runtime):
    program = ("import time\nfrom jupyter_client import KernelManager\nkm = KernelManager()\nkm.start_kernel()\n"
               "print(km.provisioner.pid, flush=True)\ntime.sleep(1000)")
    manager = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    pid = int(manager.stdout.readline())
    assert psutil.pid_exists(pid)
    manager.kill()
    manager.wait()
    manager.stdout.close()
    wait_until(lambda: not psutil.pid_exists(pid))


def test_a_killed_server_hangs_nobody(kernel):
    km, kc = kernel
    os.kill(server_pid(km), signal.SIGKILL)
    assert run(kc, "print('still here')") == "still here"
    for second, client in started():  # a new server starts by itself
        assert warm(second) and run(client, "print(1)") == "1"


@pytest.mark.parametrize("trouble", ["stopped", "broken", "open-folder"])
def test_ordinary_start_where_a_warm_one_fails(kernel, runtime, monkeypatch, trouble):
    km, _ = kernel
    server = server_pid(km)
    monkeypatch.setattr(provisioner, "ANSWER", 0.5)
    if trouble == "stopped":
        os.kill(server, signal.SIGSTOP)
    elif trouble == "broken":
        monkeypatch.setattr(provisioner, "start_server", lambda *_: (_ for _ in ()).throw(provisioner.NoWarmStart("no")))
        monkeypatch.setenv("PYTHONNODEBUGRANGES", "1")  # another start-up environment: another server
    else:
        folder = runtime / "open"
        (folder / f"dlcourse-warm-{os.getuid()}").mkdir(parents=True, mode=0o755)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    try:
        for second, client in started():
            assert not warm(second) and run(client, "print(1)") == "1"
    finally:
        os.kill(server, signal.SIGCONT)


def test_as_a_kernelspec_of_its_own(runtime, tmp_path, monkeypatch):
    monkeypatch.delenv("JUPYTER_DEFAULT_PROVISIONER_NAME")
    place = provisioner.install(prefix=str(tmp_path))
    assert json.loads(open(os.path.join(place, "kernel.json")).read())["metadata"]["kernel_provisioner"] == {"provisioner_name": "dlcourse-warm"}
    specs = KernelSpecManager(kernel_dirs=[str(tmp_path / "share/jupyter/kernels")])
    for km, kc in started(kernel_name="dlcourse-warm", kernel_spec_manager=specs):
        assert warm(km) and run(kc, "print(2)") == "2"


def test_the_server_ends_when_nobody_needs_it(runtime, monkeypatch):
    monkeypatch.setenv("DLCOURSE_WARM_IDLE", "0.3")
    for km, kc in started():
        server = server_pid(km)
        assert run(kc, "import time\ntime.sleep(1)\nprint(3)") == "3" and psutil.pid_exists(server)
    wait_until(lambda: not psutil.pid_exists(server))


def test_folder_and_sockets_are_private(kernel, runtime):
    folder = runtime / f"dlcourse-warm-{os.getuid()}"
    assert oct(folder.stat().st_mode & 0o777) == "0o700" and any("." not in p.name for p in folder.iterdir())


@pytest.mark.parametrize("cmd", [["bash"], ["/usr/bin/python3", "-m", "ipykernel_launcher"], [sys.executable, "-m", "xeus"]])
def test_other_kernels_are_left_alone(cmd):
    with pytest.raises(provisioner.NoWarmStart, match="expected"):
        provisioner.split_command(cmd)
