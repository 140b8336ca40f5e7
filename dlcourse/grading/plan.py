"""What of an exercise runs where, and what its processes should have loaded; read from the specification."""
import ast
import re
from dataclasses import dataclass, field

from nbgrader import utils

# What a notebook imports is loaded once, in the parent: by a word in its import statements.  A larger parent forks more slowly, so nothing else is.
HEAVY = {
    "torch": ("torch", "torch.nn.functional", "torch.optim"), "optim": ("torch._dynamo",),  # the first optimizer step imports the latter
    "matplotlib": ("matplotlib.pyplot", "matplotlib_inline.backend_inline"), "sklearn": ("sklearn.datasets",), "scipy": ("scipy", "scipy.stats"),
    "pandas": ("pandas",), "networkx": ("networkx",),
}
PULLS = {"dlcourse.data": "sklearn", "dlcourse.plot": "matplotlib", "dlcourse.train": "torch", "dlcourse.device": "torch"}
PRELOAD = ("numpy", "dlcourse.check", *(name for names in HEAVY.values() for name in names))


def heavy(sources):
    """The words of HEAVY that code cells call for.  -> sorted tuple"""
    text = "\n".join(sources)
    named = set(re.findall(r"^\s*(?:from|import)\s+([\w.]+)", text, re.M))
    named |= {f"dlcourse.{name}" for names in re.findall(r"from dlcourse import (.+)", text) for name in re.findall(r"\w+", names)}
    words = {w for w in HEAVY if any(n == w or n.startswith(w + ".") for n in named)} | {w for n, w in PULLS.items() if n in named}
    return tuple(sorted(words | ({"optim"} if "torch" in words and "optim" in text else set())))


@dataclass
class Plan:
    """What of an exercise runs where; made once from the specification."""

    names: list = field(default_factory=list)  # that answers define
    trusted: set = field(default_factory=set)  # locked helper cells that tests need
    answer_of: dict = field(default_factory=dict)  # test -> its answer's cell
    for_student: tuple = ()  # words of HEAVY
    for_tests: tuple = ()


PLANS = {}


def plan_of(spec):
    """`plan`, made once for each exercise that this process has in hand."""
    if id(spec) not in PLANS:
        if len(PLANS) > 100:
            PLANS.clear()
        PLANS[id(spec)] = spec, plan(spec)  # kept alive, so that its id stays its own
    return PLANS[id(spec)][1]


def plan(spec):
    """-> Plan.  A helper cell runs with the tests if it defines a name that a test, or another such cell, mentions."""
    p = Plan()
    wanted = set()
    for cell in spec.cells:
        if cell.cell_type == "code" and utils.is_solution(cell):
            p.names += [n for n in defined(cell.source) if n not in p.names]
    for cell in reversed(spec.cells):
        if cell.cell_type != "code" or utils.is_solution(cell):
            continue
        test = utils.is_grade(cell)
        if test and where(cell, spec) != "outside":
            continue
        if test or set(defined(cell.source)) & wanted:
            wanted |= mentioned(cell.source)
            if test:
                p.answer_of[name_of(cell)] = cell.metadata.get("dlcourse", {}).get("of", "")
            else:
                p.trusted.add(name_of(cell))
    codes = [c for c in spec.cells if c.cell_type == "code"]
    p.for_student = heavy(c.source for c in codes)
    p.for_tests = heavy(c.source for c in codes if name_of(c) in p.trusted | set(p.answer_of))
    p.names = [n for n in p.names if n not in {d for c in spec.cells if name_of(c) in p.trusted for d in defined(c.source)}]
    return p


def name_of(cell):
    """nbgrader's name of a cell; '' for a cell of the student's own."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def where(cell, spec):
    """"outside" or "inside" the student's process."""
    if "dlcourse" not in spec.metadata:
        return "inside"
    return cell.metadata.get("dlcourse", {}).get("runs", "outside")


def tree_of(source):
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def is_code(source):
    """Is there a statement in it that does something?  Prose is no Python, or nothing but a text or comments."""
    magics = re.findall(r"^[%!].*$", source, re.M)
    tree = tree_of("\n".join(line for line in source.splitlines() if line not in magics))
    return bool(magics) or any(not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)) for n in tree.body)


def defined(source):
    """Names that a cell binds at its top level."""
    found = []
    for node in tree_of(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append(node.name)
            continue
        for n in ast.walk(node):
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store):
                found.append(n.id)
            elif isinstance(n, ast.alias):
                found.append(n.asname or n.name.partition(".")[0])
    return found


def mentioned(source):
    return {n.id for n in ast.walk(tree_of(source)) if isinstance(n, ast.Name)}
