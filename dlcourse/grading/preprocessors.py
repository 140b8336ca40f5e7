"""Steps that nbgrader runs through its own configuration lists: nothing of nbgrader is patched or copied."""
import math

from nbconvert.exporters import NotebookExporter
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import List

from dlcourse.grading.normalise import without_hidden


def error_output(name, text):
    """An output that scores 0 and tells why."""
    return new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])


def name_the_limit(outputs, seconds):
    """A cell that was interrupted at its time limit says so, and not only KeyboardInterrupt."""
    for output in outputs:
        if output.output_type == "error" and output.ename == "KeyboardInterrupt":
            output.evalue = f"stopped after {seconds} s; is there an endless loop? {output.evalue}".rstrip()
            output.traceback = output.traceback or [f"{output.ename}: {output.evalue}"]
    return outputs


class OnlyInTheSandbox(NotebookExporter):
    """Stands where nbgrader's autograde would start, and refuses: formgrader's button would run a student's code with the instructor's rights."""

    def __init__(self, *args, **kwargs):
        raise NbGraderException("This course is graded by 'dlcourse grade', which shuts student code in; nothing was run, nothing was changed.")


class StrictOutputs(NbGraderPreprocessor):
    """Points only for a test that ran to its end: warnings are free, and a printed value is points only if it is a number in range."""

    def preprocess_cell(self, cell, resources, cell_index):
        if cell.cell_type != "code" or not utils.is_grade(cell) or utils.is_solution(cell):
            return cell, resources
        for output in cell.outputs:
            if output.output_type == "stream":
                output.name = "stdout"  # nbgrader gives 0 for anything on stderr, a library's warning included
        if any(o.output_type == "error" for o in cell.outputs):
            cell.outputs.sort(key=lambda o: o.output_type != "error")  # nbgrader stops at the first output that decides
            return cell, resources
        if cell.get("execution_count") is None:
            cell.outputs.append(error_output("NotRun", "this test did not run"))
        for output in cell.outputs:
            if output.output_type == "execute_result" and not in_range(output.data.get("text/plain"), float(cell.metadata.nbgrader.points)):
                shown = str(output.data.get("text/plain"))[:60]
                cell.outputs.insert(0, error_output("BadResult", f"the test gave {shown}; expected nothing, or a number of points in range"))
                break
        return cell, resources


def in_range(text, most):
    """Is the printed result a plain finite number in [0, most]?"""
    try:
        value = float(text)
    except (TypeError, ValueError):
        return False
    return math.isfinite(value) and 0 <= value <= most


class HideTests(NbGraderPreprocessor):
    """Feedback shows which test failed and its message, never the text of a hidden test."""

    display_data_priority = List(help="set by nbconvert for every step of an HTML export; not used here").tag(config=True)

    def preprocess_cell(self, cell, resources, cell_index):
        if cell.cell_type == "code" and utils.is_grade(cell):
            cell.source = without_hidden(cell.source)
            for output in cell.outputs:
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return cell, resources
