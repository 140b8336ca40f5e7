"""The rules that let a reader find anything by a word and a stem; each rule is a test, so that nobody has to remember it."""
import ast
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book"))
from build import toc  # noqa: E402

from dlcourse.grading.source import exercises, read_cells  # noqa: E402

PACKAGE = ROOT / "dlcourse"
CHAPTERS = sorted(p.name for p in PACKAGE.iterdir() if p.is_dir() and p.name not in ("data", "grading", "kernels", "__pycache__"))
GUIDE = "book/instructors/"  # pages on the grader: no module, no exercise
SECTIONS = [p.removeprefix("book/") for p in toc() if p.startswith("book/") and p.count("/") == 2 and not p.endswith("/index") and not p.startswith(GUIDE)]
NUMPY = ("mlp/", "training/descent", "training/adaptive", "training/curvature", "training/vanishing", "training/normalisation",
         "training/regularisation", "training/boltzmann", "training/practice", "cnn/convolution", "cnn/architectures",
         "cnn/localisation", "cnn/detection")  # what needs NumPy alone
NUMPY_EXERCISES = (*NUMPY, "cnn/pooling", "cnn/residual", "cnn/transfer", "cnn/seeing", "cnn/faces", "cnn/practice")  # their modules may use torch as well
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p.name != "__init__.py")
PAGES = sorted((ROOT / "book").rglob("*.md"))
PAGES = [p for p in PAGES if "node_modules" not in p.parts]


def stem(path):
    return str(path.relative_to(ROOT))


def test_there_are_sections():
    assert len(SECTIONS) >= 11 and CHAPTERS


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_is_five_files(section):
    chapter, name = section.split("/")
    for path in (f"book/{section}.md", f"dlcourse/{section}.py", f"solutions/{section}.py", f"notebooks/{section}.ipynb",
                 f"tests/{chapter}/test_{name}.py", f"tests/{chapter}/answers/{name}.py"):
        assert (ROOT / path).is_file(), f"section {section} lacks {path}"


def test_nothing_lies_beside_the_sections():
    """A module, exercise or notebook without its section is an orphan."""
    for chapter in CHAPTERS:
        for folder, end in (("dlcourse", "py"), ("solutions", "py"), ("notebooks", "ipynb"), ("tests", "py")):
            for path in (ROOT / folder / chapter).glob(f"*.{end}"):
                name = path.stem.removeprefix("test_") if folder == "tests" else path.stem
                assert name == "__init__" or f"{chapter}/{name}" in SECTIONS, f"{stem(path)} belongs to no section of _toc.yml"


def test_every_page_is_in_the_contents():
    named = {ROOT / f"{p}.md" for p in toc()} | {ROOT / f"{p}.ipynb" for p in toc()}
    assert not [stem(p) for p in PAGES if p not in named]
    assert not [stem(p) for p in (ROOT / "notebooks").rglob("*.ipynb") if p not in named]
    assert not [p for p in toc() if not (ROOT / f"{p}.md").exists() and not (ROOT / f"{p}.ipynb").exists()]


def test_no_number_in_a_name():
    import subprocess

    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert names and not [n for n in names if re.search(r"\d", n.removesuffix(".j2"))]  # nbconvert asks for templates with this suffix


def imported(path):
    """Modules of the package that a file imports -> set of dotted names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{a.name}" for a in node.names} | {node.module}
    return {n for n in found if n.split(".")[0] in ("dlcourse", "tests", "solutions", "book", "notebooks")}


@pytest.mark.parametrize("path", MODULES, ids=stem)
def test_imports_go_one_way(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    for name in imported(path):
        words = name.split(".")
        assert words[0] == "dlcourse", f"{stem(path)} imports {name}: the package knows nothing of the rest of the repository"
        if len(words) == 1 or len(parts) == 1 and parts[0] in ("cli", "__main__"):
            continue
        target = words[1]
        if parts[0] in CHAPTERS:
            assert target != "grading", f"{stem(path)} imports the grader"
            if target in CHAPTERS and len(words) > 2 and f"{target}/{words[2]}" in SECTIONS:
                assert SECTIONS.index(f"{target}/{words[2]}") < SECTIONS.index("/".join(parts)), f"{stem(path)} imports {name}, which comes later in the book"
        else:
            assert target not in CHAPTERS, f"{stem(path)} imports the chapter {target}"


def public(path):
    """Public functions and classes of a module, and public methods of its classes -> list of (name, node)"""
    found = []
    for node in ast.parse(path.read_text(encoding="utf8")).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            found.append((node.name, node))
    return found


REFERENCE = [p for p in MODULES if p.relative_to(PACKAGE).parts[0] in (*CHAPTERS, "check.py", "plot.py", "train.py", "device.py", "data")]
ARRAYS = {"x", "y", "w", "b", "dout", "X", "Y", "scores", "targets", "logits", "probs", "params"}


@pytest.mark.parametrize("path", REFERENCE, ids=stem)
def test_public_names_say_what_they_do_and_their_shapes(path):
    for name, node in public(path):
        text = ast.get_docstring(node) or ""
        assert text, f"{stem(path)}: {name} has no docstring"
        arrays = isinstance(node, ast.FunctionDef) and {a.arg for a in node.args.args} & ARRAYS
        assert not arrays or re.search(r"\(|shape|array", text), f"{stem(path)}: {name} takes {sorted(arrays)} but gives no shape"


@pytest.mark.parametrize("path", MODULES, ids=stem)
def test_a_module_is_one_idea(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf8"))), f"{stem(path)} does not say what it is"
    assert len(path.read_text(encoding="utf8").splitlines()) <= 400, f"{stem(path)} has outgrown one idea"


@pytest.mark.parametrize("path", MODULES, ids=stem)
def test_only_device_says_cuda(path):
    assert path.name == "device.py" or "cuda" not in path.read_text(encoding="utf8").lower()


def test_numpy_parts_do_not_import_torch():
    import subprocess

    names = [f"dlcourse.{s.replace('/', '.')}" for s in SECTIONS if s.startswith(NUMPY)] + ["dlcourse.check", "dlcourse.plot", "dlcourse.data"]
    code = f"import sys, {', '.join(names)}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0, "a NumPy module imports torch: a second for every graded notebook"


def test_exercises_that_need_only_numpy_import_only_numpy():
    for path in exercises(ROOT):
        if f"{path.parent.name}/{path.stem}".startswith(NUMPY_EXERCISES):
            assert not any(re.search(r"^\s*(import|from) torch", text, re.M) for kind, _, text in read_cells(path) if kind == "code"), stem(path)


def colons(text):
    """Open colon fences while reading; -> list of problems"""
    stack, problems, fence = [], [], None
    for number, line in enumerate(text.splitlines(), 1):
        tick = re.match(r"`{3,}", line)
        if tick:
            fence = None if fence and line.startswith(fence) else fence or tick.group()
        elif fence is None and (m := re.match(r"\s*(:{3,})(\{?)", line)):
            if m.group(2):
                if stack and len(m.group(1)) >= len(stack[-1][1]):
                    problems.append(f"line {number}: a block inside another needs fewer colons than the outer one")
                stack.append((number, m.group(1)))
            elif not stack or stack.pop()[1] != m.group(1):
                problems.append(f"line {number}: closes nothing")
    return problems + [f"line {n}: never closed" for n, _ in stack]


@pytest.mark.parametrize("page", PAGES, ids=stem)
def test_colon_fences_nest(page):
    assert colons(page.read_text(encoding="utf8")) == []


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_has_its_parts(section):
    text = (ROOT / f"book/{section}.md").read_text(encoding="utf8")
    assert "Check yourself" in text and len(re.findall(r"\{dropdown\} Answer", text)) >= 3, "three check-yourself questions with folded answers"
    for part in ("Predict first", "Pitfall", "{cite}", "{exercise}", f"notebooks/{section}.ipynb"):
        assert part in text, f"book/{section}.md lacks {part!r}: see the checklist in CONTRIBUTING.md"
    assert re.search(r"[一-鿿]", text), "no Chinese term"
    assert re.search(r"\$\$ \(eq-", text), "no labelled equation"
    assert 150 <= len(text.splitlines()) <= 460, "a section has 150 to 400 lines or a little more"


@pytest.mark.parametrize("section", SECTIONS)
def test_figures_have_captions_and_alternative_text(section):
    text = (ROOT / f"book/{section}.md").read_text(encoding="utf8")
    cells = re.findall(r"```\{code-cell\} ipython3\n(.*?)```", text, re.S)
    drawing = [c for c in cells if "plt.show()" in c]
    assert drawing, f'book/{section}.md has no figure (a cell that ends in plt.show())'
    for cell in drawing:
        header = yaml.safe_load(cell.split("---")[1]) if cell.startswith("---") else {}
        figure, image = header.get("mystnb", {}).get("figure", {}), header.get("mystnb", {}).get("image", {})
        assert len(image.get("alt", "")) >= 20, f"a figure of {section} has no alternative text"
        assert figure.get("caption") and figure.get("name"), f"a figure of {section} has no caption or name"


def test_readme_table_is_true():
    rows = re.findall(r"^\| \[?([a-z]+/[a-z]+)\]?.*\|$", (ROOT / "README.md").read_text(encoding="utf8"), re.M)
    assert rows == SECTIONS
    for path in re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text(encoding="utf8")):
        assert (ROOT / path).exists(), f"README links to {path}, which is not there"


def test_environment_pyproject_and_constraints_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pins = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#"))
    pins = {normal(k): v for k, v in pins.items()}
    wanted = project["dependencies"] + [d for extra in project["optional-dependencies"].values() for d in extra]
    for requirement in wanted:
        assert normal(re.match(r"[A-Za-z0-9_.-]+", requirement).group()) in pins, f"{requirement} has no pin in constraints.txt"
    assert pins["torch"] == "2.13.0" and "torch==2.13.0" in project["dependencies"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pip = next(d["pip"] for d in conda if isinstance(d, dict))
    assert pip[0] == "-c constraints.txt" and set(re.findall(r"\w+", pip[1].split("[")[1])) == set(project["optional-dependencies"])
    python = next(d for d in conda if isinstance(d, str) and d.startswith("python="))
    assert project["requires-python"] == f">={python.split('=')[1]}"
    for name in ("jupyter-book", "jupyterlab", "torch", "numpy", "matplotlib", "nbgrader", "nbval"):
        assert normal(name) in pins


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_installed_is_what_is_pinned():
    """The tests speak for the pins only if they ran with them."""
    from importlib.metadata import PackageNotFoundError, version

    wrong = []
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            name, pin = line.split("==")
            try:
                if version(name).split("+")[0] != pin:
                    wrong.append(f"{name} {version(name)}, pinned {pin}")
            except PackageNotFoundError:
                pass
    assert not wrong


def test_jobs_that_others_call_are_in_the_makefile():
    """README, CONTRIBUTING, CI and pre-commit speak of make targets; each must be there, and each workflow must be readable."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    callers = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / ".ci/run", ROOT / ".pre-commit-config.yaml", *(ROOT / ".github/workflows").glob("*.yml")]
    for path in callers:
        for target in re.findall(r"(?:^    |`|run: |entry: |^ +|^)make (?:--no-print-directory )?([a-z][a-z-]*)", path.read_text(encoding="utf8"), re.M):
            assert target in targets, f"{path.name} speaks of 'make {target}'"
        assert path.suffix not in (".yml", ".yaml") or yaml.safe_load(path.read_text())
    assert {"course", "test", "book", "notebooks", "lab", "bench", "check", "new-section", "formgrader"} <= targets


def test_lock_file_names_no_host():
    lock = json.loads((ROOT / "book/_ext/package-lock.json").read_text())
    assert all("resolved" not in p for p in lock["packages"].values()) and all(p.get("integrity") for n, p in lock["packages"].items() if n)


def test_every_corrected_error_is_on_its_page():
    """The list of corrections names a page for each row, and that page says it."""
    text = (ROOT / "book/corrections.md").read_text(encoding="utf8")
    rows = re.findall(r"^\| (E-\d+) \|.*\{doc\}`[^`<]*<([a-z/]+)>`", text, re.M)
    assert len(rows) >= 20
    for erratum, page in rows:
        assert erratum in (ROOT / f"book/{page}.md").read_text(encoding="utf8"), f"{page} does not mention {erratum}"
