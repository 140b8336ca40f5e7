"""Headers and markers: what is right is expanded, what would leak an answer or lose points is refused with file, line and the nearest right word."""
import pytest
from grading.course import EXERCISE

from dlcourse.cli import main
from dlcourse.grading.source import expand, read_cells, total_points


def write(tmp_path, text):
    path = tmp_path / "small.py"
    path.write_text(text, encoding="utf8")
    return path


def test_cells_carry_nbgrader_metadata(tmp_path):
    cells = {c.id: c for c in expand(write(tmp_path, EXERCISE)).cells}
    meta = {name: c.metadata.nbgrader for name, c in cells.items()}
    assert (meta["answer-double"].solution, meta["answer-double"].grade, meta["answer-double"].locked) == (True, False, False)
    assert (meta["test-double"].solution, meta["test-double"].grade, meta["test-double"].locked, meta["test-double"].points) == (False, True, True, 2)
    assert (meta["written-why"].solution, meta["written-why"].grade, meta["written-why"].points) == (True, True, 4)
    assert all(meta[name].locked for name in cells if name.startswith("text-"))
    assert cells["test-double"].source.startswith("check.forbid([double], 'dlcourse.mlp')")


def test_ids_come_from_names_and_are_stable(tmp_path):
    path = write(tmp_path, EXERCISE)
    assert expand(path) == expand(path)
    assert len({c.id for c in expand(path).cells}) == len(read_cells(path))


def test_points(tmp_path):
    assert total_points(write(tmp_path, EXERCISE)) == (5, 4)


@pytest.mark.parametrize("old, new, says", [
    ("    ### BEGIN SOLUTION\n    return np", "    return np", "without '### BEGIN SOLUTION'"),
    ("    ### END SOLUTION\n\n# %% tests=\"double\"", "\n# %% tests=\"double\"", "line 12: '### BEGIN SOLUTION' is never closed"),
    ("    ### BEGIN SOLUTION\n    return np.asarray(x) * 2  # CANARY-ANSWER\n    ### END SOLUTION\n", "    return x\n", "has no '### BEGIN SOLUTION'"),
    ('def double(x):\n    """Twice x.  x: (N,) -> (N,)"""\n    ### BEGIN SOLUTION\n', '### BEGIN SOLUTION\ndef double(x):\n', "inside a function"),
    ('tests="double" points=2', 'tests="double"', "points=None"),
    ('tests="double" points=2', 'tests="double" points=0', "points=0"),
    ('tests="triple" points=3', 'tests="thrice" points=3', "no earlier cell defines"),
    ('tests="triple" points=3', 'tests="double" of="triple" points=3', "stands twice"),
    ('answer="triple"', 'answer="Triple Time"', "lower-case"),
    ('assert triple(2) == 6, "triple(2) should be 6"', "triple(2)", "bare expression"),
    ('written="why" points=4', 'written="why"', "points=None"),
    ("# ### BEGIN SOLUTION\n# Because. CANARY-ANSWER\n# ### END SOLUTION", "# Because.", "model answer would be released"),
    ("# # Small exercise", "# ### BEGIN SOLUTION", "cell without a header"),
    ('# %% tests="triple" points=3\nassert triple(2) == 6, "triple(2) should be 6"\n', "", "no tests for answer triple"),
])
def test_what_would_leak_or_lose_points_is_refused(tmp_path, old, new, says):
    assert old in EXERCISE
    with pytest.raises(ValueError, match=r"small\.py: line \d+: ") as error:
        expand(write(tmp_path, EXERCISE.replace(old, new, 1)))
    assert says in str(error.value)


HEAD, ANSWER, WRITTEN = '# %% tests="double" points=2', '# %% answer="double" forbid="dlcourse.mlp"', '# %% [markdown] written="why" points=4'
MALFORMED = [  # text, what an author typed instead, a part of the line that must be named, what the message must contain
    (HEAD, '# %% tests="double" poins=2', "poins", ["'poins'", "did you mean 'points'?"]),  # codespell:ignore poins
    (HEAD, '# %% tests="double" point=2', "point", ["'point'", "did you mean 'points'?"]),
    (HEAD, '# %% test="double" points=2', "test=", ["'test'", "did you mean 'tests'?"]),
    (HEAD, '# %% Tests="double" points=2', "Tests=", ["'Tests'", "did you mean 'tests'?"]),
    (HEAD, '# %% tests="double" points=2 hints="x"', "hints=", ["'hints'", "did you mean 'hint'?"]),
    (HEAD, '# %% tests="double" points=2 zebra="x"', "zebra", ["'zebra'", "known are answer, forbid, tests"]),
    (HEAD, '# %% tests="double" points=2 partail=True', "partail", ["'partail'", "did you mean 'partial'?"]),
    (HEAD, '# %% A title tests="double" points=2', "A title", ["'A'", "known are"]),
    (ANSWER, '# %% answers="double" forbid="dlcourse.mlp"', "answers", ["'answers'", "did you mean 'answer'?"]),
    (ANSWER, '# %% answer="double" forbids="dlcourse.mlp"', "forbids", ["'forbids'", "did you mean 'forbid'?"]),
    (WRITTEN, '# %% [markdown] writes="why" points=4', "writes", ["'writes'", "did you mean 'written'?"]),
    (WRITTEN, '# %% [markdwon] written="why" points=4', "markdwon", ["[markdwon]", "did you mean '[markdown]'?"]),
    (WRITTEN, '# %% markdown written="why" points=4', "# %% markdown", ["'markdown' without brackets", "did you mean '[markdown]'?"]),
    (WRITTEN, '# %% written="why" points=4', "written=", ["needs a '[markdown]' cell"]),
    (HEAD, '# %% [markdown] tests="double" points=2', "tests=\"double\"", ["in a [markdown] cell", "leave [markdown] out"]),
    (HEAD, '# %% tests="double" points=two', "points=two", ["points=two", "positive number"]),
    (HEAD, '# %% tests="double" points="2"', 'points="2"', ['points="2"', "positive number"]),
    (HEAD, '# %% tests="double" points=-1', "points=-1", ["points=-1", "positive number"]),
    (HEAD, '# %% tests="double" points=0', "points=0", ["points=0", "positive number"]),
    (HEAD, '# %% tests="double" points=2,5', "points=2,5", ["points=2,5", "positive number"]),
    (HEAD, '# %% tests="double" points=True', "points=True", ["points=True", "positive number"]),
    (HEAD, '# %% tests="double" points=nan', "points=nan", ["points=nan", "positive number"]),
    (HEAD, '# %% tests="double" points=1e999', "points=1e999", ["points=1e999", "positive number"]),
    (HEAD, '# %% tests="double" points=', "points=", ["points has no value"]),
    (WRITTEN, '# %% [markdown] written="why" points=-4', "points=-4", ["points=-4", "positive number"]),
    (HEAD, '# %% tests="double" points=2 points=3', "points=3", ["points= stands twice"]),
    (HEAD, '# %% tests=double points=2', "tests=double", ["tests=double", "a text in quotes"]),
    (HEAD, '# %% tests="double points=2', '"double points', ["tests= has a quote that is never closed"]),
    (HEAD, '# %% tests="double", points=2', '"double",', ["','", "spaces between"]),
    (HEAD, '# %%tests="double" points=2', "%%tests", ["is not read as a header", "'# %%', a space"]),
    (HEAD, '## %% tests="double" points=2', "## %%", ["is not read as a header"]),
    (HEAD, '# % tests="double" points=2', "# % tests", ["is not read as a header"]),
    (HEAD, '# %% tests="double" points=2 partial=yes', "partial=yes", ["partial=yes", "True or False"]),
    (HEAD, '# %% tests="double" points=2 runs="insides"', "runs=", ["runs='insides'", "did you mean 'inside'?"]),
    (HEAD, '# %% tests="double" of="doubles" points=2', "doubles", ["'doubles'", "did you mean 'double'?"]),
    (HEAD, '# %% points=2', "# %% points=2", ["expected exactly one of answer, tests, written"]),
    (HEAD, '# %% tests="double" answer="other" points=2', "other", ["answer and tests in one header"]),
    (ANSWER, '# %% answer="double" points=2', "points=2", ["points= does not belong to answer=", "tests or written"]),
    (ANSWER, '# %% wrong="x" answer="double"', "wrong=", ["tests/<chapter>/answers/small.py"]),
    ('# %% answer="triple"', '# %% answer="double"', "# %% answer=\"double\"\ndef triple", ["answer='double' stands twice", "first in line 9"]),
    ('# %% tests="triple" points=3', '# %% tests="double" of="triple" points=3', 'of="triple"', ["tests='double' stands twice", "first in line 16"]),
    ("# Because. CANARY-ANSWER\n# ### END SOLUTION\n", "# x\n# ### END SOLUTION\n\n" + WRITTEN + "\n# ### BEGIN SOLUTION\n# y\n# ### END SOLUTION\n",
     WRITTEN + "\n# ### BEGIN", ["written='why' stands twice", "first in line 33"]),
    ("    ### END SOLUTION\n\n# %% tests=", "    ### END SOLUTIONS\n\n# %% tests=", "END SOLUTIONS", ["'### END SOLUTIONS' is", "mean '### END SOLUTION'?"]),
    ("    ### END SOLUTION\n\n# %% tests=", "    ###END SOLUTION\n\n# %% tests=", "###END", ["'###END SOLUTION'", "did you mean '### END SOLUTION'?"]),
    ("    ### END SOLUTION\n\n# %% tests=", "    ### end solution\n\n# %% tests=", "end solution", ["did you mean '### END SOLUTION'?"]),
    ("    ### END SOLUTION\n\n# %% tests=", "    # END SOLUTION\n\n# %% tests=", "# END SOLUTION", ["did you mean '### END SOLUTION'?"]),
    ("    ### END SOLUTION\n\n# %% tests=", "    ### ENDSOLUTION\n\n# %% tests=", "ENDSOLUTION", ["did you mean '### END SOLUTION'?"]),
    ("    ### END SOLUTION\n\n# %% tests=", "    x = 1  ### END SOLUTION\n\n# %% tests=", "x = 1", ["alone in its line"]),
    ("    ### BEGIN SOLUTION\n    return np", "    ### BEGIN SOLUTIO\n    return np", "SOLUTIO", ["did you mean '### BEGIN SOLUTION'?"]),
    ("    ### BEGIN SOLUTION\n    return np", "    ### BEGN SOLUTION\n    return np", "BEGN", ["did you mean '### BEGIN SOLUTION'?"]),
    ("### BEGIN HIDDEN TESTS", "### BEGIN HIDDEN TEST", "BEGIN HIDDEN TEST", ["'### BEGIN HIDDEN TEST'", "did you mean '### BEGIN HIDDEN TESTS'?"]),
    ("### BEGIN HIDDEN TESTS", "### BEGIN  HIDDEN  TESTS", "BEGIN  HIDDEN", ["did you mean '### BEGIN HIDDEN TESTS'?"]),
    ("### BEGIN HIDDEN TESTS", "### begin_hidden_tests", "begin_hidden", ["did you mean '### BEGIN HIDDEN TESTS'?"]),
    ("### END HIDDEN TESTS", "### END TESTS", "### END TESTS", ["did you mean '### END HIDDEN TESTS'?"]),
    ("### END HIDDEN TESTS", "### END SOLUTION", "### END SOLUTION\n\n# %% answer=\"triple", ["without '### BEGIN SOLUTION'", "line 18 opened"]),
    ("### BEGIN HIDDEN TESTS\n", "", "### END HIDDEN TESTS", ["without '### BEGIN HIDDEN TESTS'"]),
    ("### END HIDDEN TESTS\n", "", "### BEGIN HIDDEN TESTS", ["is never closed", "expected '### END HIDDEN TESTS'"]),
    ("### END HIDDEN TESTS\n", "### BEGIN HIDDEN TESTS\n", "### BEGIN HIDDEN TESTS\n\n", ["inside another that opened at line 18"]),
    ("# ### END SOLUTION\n", "", "# ### BEGIN SOLUTION", ["is never closed"]),
    ("    return 3 * x", "    ### BEGIN HIDDEN TESTS\n    return 3 * x", "    ### BEGIN HIDDEN", ["does not belong to answer=", "only to tests"]),
    ("import numpy as np", "### BEGIN HIDDEN TESTS\nimport numpy as np", "### BEGIN HIDDEN TESTS\nimport", ["in a cell without a header"]),
    ("    return 3 * x", "    return 3 *", '# %% answer="triple"', ["Python cannot read", "'return 3 *", "expected plain Python"]),
    ('assert triple(2) == 6, "triple(2) should be 6"\n', "# later\n", '# %% tests="triple"', ["is empty"]),
    ('    """Twice x.  x: (N,) -> (N,)"""', '    """Twice x.  x: (N,) -> (N,)', HEAD, ["a header inside a text", "triple quote"]),
]


@pytest.mark.parametrize("old, new, at, says", MALFORMED, ids=[f"{i}-{row[2].splitlines()[0]}" for i, row in enumerate(MALFORMED)])
def test_malformed_text_is_named_with_its_line_and_the_nearest_word(tmp_path, old, new, at, says):
    text = EXERCISE.replace(old, new, 1)
    assert old in EXERCISE and at in text
    with pytest.raises(ValueError) as error:
        expand(write(tmp_path, text))
    line = text[:text.index(at)].count("\n") + 1
    assert f"small.py: line {line}: " in str(error.value) and not [part for part in says if part not in str(error.value)], str(error.value)


@pytest.mark.parametrize("old, new", [
    (HEAD, "#%% tests='double'   points = 2.5 changes=true"),
    ("import numpy as np", "import numpy as np  # the solution begins here, hidden tests end there\n# %time is no header, nor is 7 %% 3\n# Begin with the end"),
    ("# # Small exercise", "# # Small exercise\n#\n# ## Solution\n#\n# Begin with the first test. %% tests=\"x\" is how a header looks."),
    ("x + x, name=", "x + x,\n            name="),
])
def test_what_is_unusual_and_right_is_taken(tmp_path, old, new):
    assert old in EXERCISE
    assert len(expand(write(tmp_path, EXERCISE.replace(old, new, 1))).cells) == 7


def test_release_says_it_on_the_command_line(tmp_path, capsys):
    """Nothing is written, and the exit status is that of a call that cannot be carried out."""
    source = tmp_path / "solutions/mini/small.py"
    source.parent.mkdir(parents=True)
    source.write_text(EXERCISE.replace(HEAD, '# %% tests="double" pts=2'))
    assert main(["release", "--root", str(tmp_path)]) == 2
    assert "small.py: line 16: unknown word 'pts'" in capsys.readouterr().err and not (tmp_path / "notebooks").exists()


def test_empty_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no cells"):
        expand(write(tmp_path, ""))
