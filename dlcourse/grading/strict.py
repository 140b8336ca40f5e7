"""Where our scores differ from nbgrader's, and why: the whole list.  The docs print it, a test holds both engines to it."""
import math

RULES = {
    "missing": "A test that is missing from the submission comes back and runs; a missing answer or question counts as not answered (0).",
    "tags": "Tags are ignored: nbgrader skips a cell tagged skip-execution and gives a skipped test all its points.",
    "errors": "A test that raises scores 0, also if it showed a number before.",
    "stderr": "Text on stderr costs nothing: nbgrader gives 0 for any, a library's warning included.",
    "typed": "A shown result must be a plain number of points, or nothing: nbgrader gives all points for 'np.float64(0.5)', True or a text.",
    "range": "Points must be finite and from 0 to the cell's most: nbgrader gives all points for -1 or nan.",
    "not_run": "A test that did not run scores 0, an empty test cell included: nbgrader gives it all its points.",
    "locked": "Code that a student wrote into a locked cell runs after the original, as a cell of their own: nbgrader takes it away, with an import that an "
              "answer needs.",
    "graded_anyway": "A copied cell, odd metadata, too many points, a kernel that dies or a file that is no notebook cost what they concern; "
                     "nbgrader gives up on the whole submission, and for some on the whole class.",
}


def strict_differences(stock, strict, cell, outputs, locked=False):
    """The rule that explains why our score of a cell differs from nbgrader's.  -> a name of RULES, or None if no rule does

    stock, strict: scores by nbgrader and by us (None: waits for a person).  cell: as it was handed in, None if it was not, with the exercise's source.
    outputs: of the cell in nbgrader's autograded notebook, None where nbgrader has none; locked: had a locked cell other code?
    """
    if outputs is None and cell is not None and stock is None:
        return "graded_anyway"
    if cell is None:
        return "missing"
    shown = [o for o in outputs or [] if o["output_type"] == "execute_result"]
    failed = any(o["output_type"] == "error" for o in outputs or [])
    if "skip-execution" in cell.get("metadata", {}).get("tags", []) and not outputs:
        return "tags"
    if failed:
        return "errors" if strict == 0 and shown else "locked" if locked and strict else None
    if stock == 0 and any(o["output_type"] == "stream" and o["name"] == "stderr" for o in outputs or []):
        return "stderr"
    if strict == 0 and not outputs and not cell.get("source", "x").strip():
        return "not_run"
    if shown and strict == 0:
        return why_no_points(shown[0].get("data", {}).get("text/plain"))
    return None


def why_no_points(text):
    """The rule by which a shown result gives no points.  -> "typed" or "range" """
    try:
        value = float("".join(text))  # files hold text as a list of lines
    except (TypeError, ValueError):
        return "typed"
    return "range" if not math.isfinite(value) or value != 0 else None
