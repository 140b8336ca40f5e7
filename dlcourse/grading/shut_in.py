"""nbgrader's step that runs the cells, moved into the sandbox: nothing else of a submission's grading needs student code to run."""
import json
import os
import signal
import stat
import sys
import tempfile
from pathlib import Path

import nbformat
from nbgrader.preprocessors import Execute
from nbgrader.preprocessors.execute import UnresponsiveKernelError
from traitlets import Bool, Unicode
from traitlets.utils.importstring import import_item

from dlcourse.grading import sandbox
from dlcourse.grading.normalise import read_bytes

PACKAGE = Path(__file__).resolve().parents[1]
NOT_PASSED = {"enabled", "sandboxed", "scratch", "display_data_priority"}


class ExecuteInSandbox(Execute):
    """nbgrader's Execute with the same settings, in a process that sees the submission's folder alone.

    Outputs come back, and files that the cells wrote beside the notebook; sources and metadata stay those that were sent.
    """

    sandboxed = Bool(True, help="shut student code in").tag(config=True)
    scratch = Unicode(help="folder for the notebook on its way").tag(config=True)

    def preprocess(self, nb, resources=None, km=None):
        """Run all cells.  Raises what nbgrader's own step would: UnresponsiveKernelError, or RuntimeError with the cause."""
        folder = os.path.abspath(resources["metadata"]["path"])
        with tempfile.TemporaryDirectory(dir=self.scratch or None) as box:
            try:
                ran = self.run_outside(nb, folder, Path(box))
            finally:
                sweep(folder)
        return with_outputs(nb, ran), resources

    def run_outside(self, nb, folder, box):
        """Send the notebook into the sandbox.  -> the notebook that came back, as a dict"""
        order, answer = box / "order.json", box / "answer.json"
        order.write_text(json.dumps({"folder": folder, "notebook": nb, "settings": self.settings()}), encoding="utf8")
        command = [sys.executable, "-P", "-m", "dlcourse.grading.worker", str(order), str(answer)]
        seconds = self.limit(nb)
        status, words = sandbox.run(command, box, PACKAGE, seconds, self.sandboxed, writable=[folder], NBGRADER_EXECUTION="autograde")
        if status == -signal.SIGKILL:
            raise UnresponsiveKernelError(f"the notebook ran longer than {seconds} s and could not be interrupted")
        if not answer.exists():
            raise RuntimeError(f"the notebook's process ended with status {status}: {words[-400:]}")
        said = json.loads(read_bytes(answer))
        if "notebook" not in said:
            name, text = said["error"]
            raise (UnresponsiveKernelError if name == "UnresponsiveKernelError" else RuntimeError)(f"{name}: {text}")
        return said["notebook"]

    def settings(self):
        """The traits that the instructor's configuration set, where JSON can carry them."""
        chosen = {}
        for name, trait in self.traits(config=True).items():
            value = getattr(self, name)
            if name not in NOT_PASSED and name in Execute.class_trait_names() and value != trait.default():
                try:
                    chosen[name] = json.loads(json.dumps(value))
                except TypeError:
                    self.log.warning("Execute.%s is not passed into the sandbox", name)
        return chosen

    def limit(self, nb):
        """Seconds for the whole notebook: every cell may take its time, and a little more."""
        cells = sum(c.cell_type == "code" for c in nb.cells)
        return 120 + cells * (self.timeout if self.timeout and self.timeout > 0 else 3600)


def shut_in(steps):
    """The list of nbgrader's steps with Execute, or a class made from it, replaced by the one in the sandbox."""
    classes = [import_item(step) if isinstance(step, str) else step for step in steps]
    return [ExecuteInSandbox if isinstance(step, type) and issubclass(step, Execute) else step for step in classes]


def with_outputs(nb, ran):
    """Put outputs, and nothing but outputs, of the notebook that came back on the one that was sent.  Raises ValueError."""
    cells = ran.get("cells", [])
    if len(cells) != len(nb.cells) or any(a.cell_type != b.get("cell_type") or a.source != b.get("source") for a, b in zip(nb.cells, cells)):
        raise ValueError("the notebook came back with other cells than were sent")
    for mine, theirs in zip(nb.cells, cells):
        if mine.cell_type == "code":
            mine.outputs = [nbformat.from_dict(o) for o in theirs.get("outputs", [])]
            mine.execution_count = theirs.get("execution_count")
    for name in ("language_info", "widgets"):
        if isinstance(ran.get("metadata", {}).get(name), dict):
            nb.metadata[name] = nbformat.from_dict(ran["metadata"][name])
    return nb


def sweep(folder):
    """After student code: only regular files and folders stay, so that nobody follows a link on their behalf."""
    os.chmod(folder, 0o755)
    for entry in os.scandir(folder):
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            os.chmod(entry.path, 0o755)
            sweep(entry.path)
        elif not stat.S_ISREG(mode):
            os.unlink(entry.path)
        elif entry.name.endswith(".ipynb"):
            os.chmod(entry.path, 0o644)
