"""Run a normalised notebook: the student's cells in process S, the tests in process T, each forked from a pre-loaded parent inside bubblewrap.

    worker (this process; trusted, no gradebook)
      |- parent of S   has seen no test        -> S: own namespaces, limits; the student's cells
      |- parent of T   has seen no student code -> T: the tests, on handles to the names in S

A test cell that says ``runs="inside"``, and every test of a notebook that is not ours, runs in S, and is flagged where S looks tampered with.
"""
import select
import socket
import time
from dataclasses import replace

from nbgrader import utils

from dlcourse.grading.normalise import length, safe_outputs
from dlcourse.grading.parents import START_SECONDS, close_all, parents
from dlcourse.grading.plan import name_of, plan_of, where
from dlcourse.grading.preprocessors import error_output, name_the_limit
from dlcourse.grading.process.wire import BadFrame, receive, send

WAITED = 0.3  # share of its time for which a process must have waited for a processor for a limit of time to be the machine's doing
BUSY = "met a time limit twice while the machine was busy: look at it by hand, or grade it again with --force when the machine is quiet"
SENDING = 10.0  # seconds that one message of a student's process may take to come, whatever the pieces


def grace(policy):
    """Seconds between the first interrupt and the end: one long call of a library, as drawing a picture, must come to its end before it is heard."""
    return max(2, policy.cell_seconds // 3)


def kept_waiting(ran, waited, policy):
    """Did a submission lose its time to the machine?  ran, waited: seconds on a processor, and ready but without one; who sleeps does neither."""
    return waited > WAITED * max(ran + waited, policy.cell_seconds)


def longer(policy):
    """For the second run of a submission that was kept waiting."""
    return replace(policy, cell_seconds=2 * policy.cell_seconds, notebook_seconds=2 * policy.notebook_seconds)


def longest(policy):
    """Seconds that `run` may take at most: once as given and twice with longer times, as one of the runs may be killed from outside."""
    return sum(p.notebook_seconds + 2 * grace(p) for p in (policy, longer(policy), longer(policy))) + START_SECONDS


class Stopped(Exception):
    """A process ended, or did not answer in time; the text says which and why."""


def run(nb, spec, policy, result):
    """Run all cells of ``nb`` in order.  -> nb with outputs; fills result.seconds, .memory, .flags

    Raises RuntimeError if the machine failed (no result), never for what a student wrote.
    """
    p, times, killed, gone = plan_of(spec), policy, 0, 0
    while True:
        try:
            this = Run(nb, spec, times, *parents(policy.sandboxed, p.for_student, p.for_tests))
            this.go(result)
        except (EOFError, OSError) as error:  # a parent was killed: start afresh, twice
            close_all()
            gone += 1
            if gone == 3:
                raise RuntimeError(f"the pre-loaded parent is gone: {error}") from None
            time.sleep(0.1 * gone)  # a loader that is being killed takes requests for a moment more
            continue
        killed += this.killed
        if this.killed and killed < 2:  # by somebody else, or a kernel short of memory: not the student's doing, so once more
            continue
        waited = this.struck and kept_waiting(this.ran, this.waited, times)
        if not waited or times is not policy:
            result.flags += sorted(set(this.flags))
            result.notes += [BUSY] * waited
            return nb
        times = longer(policy)
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None


class Run:
    """One notebook's run."""

    def __init__(self, nb, spec, policy, student, tests):
        self.nb, self.spec, self.policy, self.student, self.tests = nb, spec, policy, student, tests
        self.plan, self.ended, self.begun = plan_of(spec), "", time.monotonic()
        self.deadline, self.room = self.begun + policy.notebook_seconds, policy.notebook_output  # the student's process may not keep to it
        self.flags, self.outside, self.killed, self.own = [], bool(self.plan.answer_of), False, False  # own: has a cell of the student's run?
        self.struck, self.ran, self.waited = False, 0.0, 0.0  # struck: did a limit of time end anything?

    def go(self, result):
        try:
            self.open()
            for i, cell in enumerate(self.nb.cells):
                if cell.cell_type == "code":
                    self.one(i, cell)
        finally:
            for sock in (self.s, self.t):
                sock.close()
            used = self.student.stop(bool(self.ended))
            judged = self.tests.stop(bool(self.ended)) if self.outside else used | {"ran": 0.0, "waited": 0.0}
        self.ran, self.waited = (used[kind] + judged[kind] for kind in ("ran", "waited"))
        self.killed = bool(self.ended) and (used["killed"] or judged["killed"])
        if self.ended and (why := used["why"] or "it was killed from outside; was this machine out of memory?" * self.killed):
            self.tell(why)
        result.seconds, result.memory = round(time.monotonic() - self.begun, 3), used["memory"]
        return self.nb

    def open(self):
        """Start S and T, joined by a socket that this process then lets go."""
        self.s, theirs = socket.socketpair()
        self.t, testers = socket.socketpair()
        left, right = socket.socketpair()
        p = self.policy
        limits = {"memory": p.memory, "processes": p.processes, "disk": p.disk, "seconds": p.notebook_seconds + 2 * grace(p) + 10}
        self.student.fork([theirs, left], limits)
        if self.outside:
            self.tests.fork([testers, right], limits | {"disk": 1 << 20})
        for end in (theirs, testers, left, right):
            end.close()
        for sock in (self.s, self.t):
            sock.settimeout(SENDING)
        sources = [c.source if c.cell_type == "code" and not (utils.is_grade(c) and not utils.is_solution(c)) else "" for c in self.nb.cells]
        own = "\n".join(c.source for c in self.nb.cells if c.cell_type == "code" and not c.metadata.get("nbgrader", {}).get("locked"))
        if "dlcourse.grading" in own:
            self.flags.append("a cell names dlcourse.grading, which no answer needs")
        answers = {c.metadata.nbgrader.grade_id: i for i, c in enumerate(self.nb.cells) if utils.is_solution(c) and c.cell_type == "code"}
        self.uses = {}
        if self.outside:
            send(self.t, {"names": self.plan.names, "seed": p.class_seed or "0"})
        try:
            self.from_student(START_SECONDS)
        except Stopped as error:
            raise RuntimeError(f"a process for a submission could not be started: {error}") from None  # nothing of the student's has run
        try:
            send(self.s, {"cells": sources, "answers": answers, "seed": 0, "output": [p.cell_output, p.notebook_output]})
            self.uses = self.from_student(SENDING).get("uses", {})
        except Stopped as error:
            self.ended = str(error)

    def one(self, i, cell):
        """Run one code cell where it belongs."""
        name = name_of(cell)
        if not self.ended and self.wait(self.s, 0):
            self.ended = "the student's process ended, or said what nobody had asked"
        test = utils.is_grade(cell) and not utils.is_solution(cell)
        if self.ended:
            if test or cell.source.strip():
                self.fill(cell, [error_output("ProcessEnded", self.ended)])
            return
        if time.monotonic() > self.deadline:
            self.struck = True
            self.fill(cell, [error_output("TimeLimit", f"the notebook ran longer than {self.policy.notebook_seconds} s; this cell was not run")])
            return
        if test and where(cell, self.spec) == "outside":
            self.test(name, cell)
            return
        if not cell.source.strip():
            return
        self.in_student(i, cell, test)
        if name in self.plan.trusted and not self.ended:
            self.ask_tests(name, cell, None)

    def in_student(self, i, cell, test=False):
        """Run a cell in S; a test there finds its libraries put back as they were."""
        self.own |= not cell.metadata.get("nbgrader", {}).get("locked", False)
        try:
            send(self.s, {"cell": i, "source": cell.source, "test": test, "seed": i})
            answer = self.from_student(self.policy.cell_seconds)
            cell.execution_count = answer["count"] if type(answer.get("count")) is int and 0 < answer["count"] < 100_000 else i + 1
            cell.outputs = safe_outputs(answer.get("outputs", []), min(self.policy.cell_output, self.room))
            self.room = max(0, self.room - sum(map(length, cell.outputs)))
            self.flags += [str(f)[:200] for f in answer.get("flags", [])][:20]
            if self.late:
                self.tell_limit(cell)
        except (Stopped, OSError, KeyError, TypeError, AttributeError) as error:
            self.ended = str(error) if isinstance(error, Stopped) else "the process ended in an odd way"
            if not self.own:
                raise RuntimeError(f"{self.ended}, in a cell of the exercise itself, before any code of the student's") from None
            self.fill(cell, [error_output("ProcessEnded", self.ended)])

    def from_student(self, seconds):
        """The next message of S: interrupted at ``seconds``, given up soon after.  Raises Stopped."""
        self.late = not self.wait(self.s, self.left(seconds))
        self.struck |= self.late
        if self.late and not self.interrupted(self.student, self.s):
            raise Stopped(f"the cell ran longer than {seconds} s and could not be interrupted")
        try:
            message, _ = receive(self.s, 8 * self.policy.cell_output + 1_000_000, time.monotonic() + SENDING)
        except (EOFError, OSError):
            raise Stopped("the student's process ended") from None
        except BadFrame as error:
            raise Stopped(f"the student's process sent {error}") from None
        self.s.settimeout(SENDING)
        return message if isinstance(message, dict) else {}

    def left(self, seconds):
        """``seconds``, or fewer where the notebook's time is over before."""
        return max(0.0, min(seconds, self.deadline - time.monotonic()))

    def wait(self, sock, seconds):
        """Is there something to read within ``seconds``?"""
        return bool(select.select([sock], [], [], seconds)[0])

    def interrupted(self, parent, sock):
        """Interrupt a parent's process, each second again, until there is something to read.  -> False where the grace was not enough"""
        end = time.monotonic() + grace(self.policy)
        while (left := end - time.monotonic()) > 0:
            parent.interrupt()
            if self.wait(sock, min(left, 1.0)):
                return True
        return False

    def tell_limit(self, cell):
        """A cell that met the limit says so, also where its own code kept the interrupt's error from being shown: a test without an error has passed."""
        name_the_limit(cell.outputs, self.policy.cell_seconds)
        if not any(o.output_type == "error" for o in cell.outputs):
            cell.outputs.append(error_output("TimeLimit", f"the cell ran longer than {self.policy.cell_seconds} s"))

    def test(self, name, cell):
        outputs = self.ask_tests(name, cell, float(cell.metadata.nbgrader.points))
        self.fill(cell, outputs)

    def ask_tests(self, name, cell, points):
        """Run a trusted cell in T, with S serving.  -> its outputs"""
        of = self.plan.answer_of.get(name, "")
        uses = self.uses.get(of, []) if isinstance(self.uses, dict) else []
        try:
            send(self.s, {"serve": True})
        except OSError:
            self.ended = "the student's process ended"
            return [error_output("ProcessEnded", self.ended)]
        send(self.t, {"name": name, "source": cell.source, "points": points, "uses": [str(u) for u in uses],
                      "changes": points is None or cell.metadata.get("dlcourse", {}).get("changes", False),
                      "partial": cell.metadata.get("dlcourse", {}).get("partial", False)})
        late = not self.wait(self.t, self.left(self.policy.cell_seconds))
        self.struck |= late
        if late and not (self.interrupted(self.student, self.t) or self.interrupted(self.tests, self.t)):
            self.ended = f"the test ran longer than {self.policy.cell_seconds} s and could not be interrupted"
            return [error_output("TimeLimit", self.ended)]
        try:
            answer, _ = receive(self.t)
        except (EOFError, OSError, BadFrame):
            self.ended = "the test's process ended: what the answer gave could not be judged"
            return [error_output("ProcessEnded", self.ended)]
        if answer["lost"]:
            self.ended = "the student's process ended, or no longer answers"
        outputs = safe_outputs(answer["outputs"])
        return name_the_limit(outputs, self.policy.cell_seconds) if late else outputs

    def fill(self, cell, outputs):
        cell.outputs, cell.execution_count = outputs, cell.get("execution_count") or 1

    def tell(self, why):
        """Put the parent's reason in place of a bare 'ended'."""
        for cell in self.nb.cells:
            for output in cell.get("outputs", []):
                if output.output_type == "error" and output.ename == "ProcessEnded":
                    output.evalue = f"{output.evalue}: {why}"
                    output.traceback = [output.evalue]
