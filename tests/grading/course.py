"""A course with one small exercise, written to a folder: what the grader's tests grade."""
from pathlib import Path

from dlcourse.grading.release import release

EXERCISE = '''# %% [markdown]
# # Small exercise

# %%
import numpy as np

from dlcourse import check

# %% answer="double" forbid="dlcourse.mlp"
def double(x):
    """Twice x.  x: (N,) -> (N,)"""
    ### BEGIN SOLUTION
    return np.asarray(x) * 2  # CANARY-ANSWER
    ### END SOLUTION

# %% tests="double" points=2
assert double(2) == 4, "double(2) should be 4"
### BEGIN HIDDEN TESTS
rng = check.class_rng("small/double")  # CANARY-HIDDEN
x = rng.normal(size=5)
check.close(double(x), x + x, name="double(x)")
### END HIDDEN TESTS

# %% answer="triple"
def triple(x):
    ### BEGIN SOLUTION
    return 3 * x  # CANARY-ANSWER
    ### END SOLUTION

# %% tests="triple" points=3
assert triple(2) == 6, "triple(2) should be 6"

# %% [markdown] written="why" points=4
# **Your answer:**
#
# ### BEGIN SOLUTION
# Because. CANARY-ANSWER
# ### END SOLUTION
'''


def write_course(folder, text=EXERCISE):
    """Write solutions/mini/small.py below ``folder`` and release it.  -> Path"""
    folder = Path(folder)
    source = folder / "solutions/mini/small.py"
    source.parent.mkdir(parents=True)
    source.write_text(text, encoding="utf8")
    release(folder)
    return folder
