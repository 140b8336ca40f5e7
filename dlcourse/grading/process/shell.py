"""IPython's shell as a notebook has it, without a kernel: what cells put out goes to a list, with limits."""
import io
import sys

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

KINDS = ("text/plain", "image/png", "image/jpeg")
OUT = []
BUSY = []  # not empty while a cell runs or a test is served: only then does an interrupt mean something
SIZE = [0, 0]  # characters of this cell, of all cells
LIMIT = [1_000_000, 10_000_000]


def put(output, size):
    """Keep an output while there is room.  Beyond it what decides a test's points stays, in short: a test without its error would have passed."""
    if SIZE[0] >= LIMIT[0] or SIZE[1] >= LIMIT[1]:
        if output["output_type"] == "display_data":
            return
        if "data" in output:
            output["data"] = {"text/plain": output["data"].get("text/plain", "")[:500]}
        size = 0
    OUT.append(output)
    SIZE[0] += size + 100
    SIZE[1] += size + 100


class Stream(io.TextIOBase):
    """stdout or stderr of a cell."""

    encoding = "utf-8"

    def __init__(self, name):
        self.label = name

    def writable(self):
        return True

    def write(self, text):
        room = max(0, min(LIMIT[0] - SIZE[0], LIMIT[1] - SIZE[1]))
        if text and room:
            kept = text if len(text) <= room else text[:room] + "\n... output beyond the limit was cut ...\n"
            SIZE[0] += len(kept)
            SIZE[1] += len(kept)
            if OUT and OUT[-1].get("name") == self.label:
                OUT[-1]["parts"].append(kept)
            else:
                OUT.append({"output_type": "stream", "name": self.label, "parts": [kept]})
                SIZE[0] += 100
                SIZE[1] += 100
        return len(text)

    def fileno(self):
        raise io.UnsupportedOperation("fileno")


class Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, *, transient=None, update=False, **_):
        put({"output_type": "display_data", "data": shown(data), "metadata": {}}, len(str(data)))

    def clear_output(self, wait=False):
        OUT.clear()


class Hook(DisplayHook):
    def start_displayhook(self):
        pass

    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        put({"output_type": "execute_result", "data": shown(format_dict), "metadata": {}, "execution_count": self.prompt_count}, len(str(format_dict)))

    def finish_displayhook(self):
        pass


class Shell(InteractiveShell):
    """IPython's shell as a notebook has it, without a kernel: outputs go to a list."""

    def _showtraceback(self, etype, evalue, stb):
        put({"output_type": "error", "ename": etype.__name__, "evalue": str(evalue)[:5000], "traceback": [str(x)[:5000] for x in stb][:40]}, 100)

    def enable_gui(self, gui=None):
        pass

    def ask_exit(self):
        raise RuntimeError("exit() and quit() end a kernel and all that it knows: take them out of the notebook")


def shown(data):
    return {k: v for k, v in data.items() if k in KINDS and isinstance(v, str)}


def make_shell():
    """The one shell of this process; a first cell warms it up."""
    c = Config()
    c.HistoryManager.enabled, c.HistoryManager.hist_file = False, ":memory:"
    c.InteractiveShell.colors = "nocolor"
    c.InteractiveShell.cache_size = 0
    sys.argv = ["notebook"]
    shell = Shell.instance(display_pub_class=Publisher, displayhook_class=Hook, config=c)
    shell.display_formatter.active_types = list(KINDS)
    shell.run_cell("1\nNone", store_history=False)
    OUT.clear()
    return shell


def interrupted(*_):
    if BUSY:
        raise KeyboardInterrupt


def run(shell, source):
    """Run one cell.  -> its outputs"""
    OUT.clear()
    SIZE[0] = 0
    BUSY.append(1)
    try:
        shell.run_cell(source, store_history=True)
    except BaseException as error:  # a late interrupt, after which none more
        BUSY.clear()
        put({"output_type": "error", "ename": type(error).__name__, "evalue": str(error)[:1000], "traceback": []}, 100)
    finally:
        BUSY.clear()
    return outputs()


def outputs():
    """What was put out since the list was emptied, as a notebook stores it."""
    found = [{**{k: v for k, v in o.items() if k != "parts"}, **({"text": "".join(o["parts"])} if "parts" in o else {})} for o in OUT]
    OUT.clear()
    return found
