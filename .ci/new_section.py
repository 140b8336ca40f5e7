"""Write the five files of a new section, ready to be filled.   make new-section SECTION=chapter/name TITLE="..." """
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PAGE = '''---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
(CHAPTER-STEM)=
# TITLE

Which question does this section answer?

```{code-cell} ipython3
import matplotlib.pyplot as plt

from dlcourse import plot
from dlcourse.CHAPTER import STEM

plot.style()
```

## By hand

The smallest example, with integers.

$$
y = x
$$ (eq-CHAPTER-STEM)

```{code-cell} ipython3
---
mystnb:
  image: {alt: "what is to be seen, for those who cannot see it"}
  figure: {caption: "What to see in it.", name: fig-CHAPTER-STEM}
---
fig, ax = plt.subplots()
ax.plot([0, 1], [0, 1], color=plot.COLOURS[0])
ax.set(xlabel="input $x$", ylabel="output $y$")
plt.show()
```

::::{admonition} Predict first
:class: hint
What will happen?
:::{dropdown} What happens
And why.
:::
::::

:::::{admonition} Check yourself
A calculation.
::::{dropdown} Answer
The answer.
::::
:::::

:::{exercise} TITLE
:label: ex-CHAPTER-STEM
What it asks; minutes. [Open the notebook](../../notebooks/CHAPTER/STEM.ipynb).
:::
'''

MODULE = '''"""TITLE, read top to bottom.  Section: book/CHAPTER/STEM.md

Shapes used in this file: N batch, D features.
"""
'''

SOLUTION = '''# %% [markdown]
# # TITLE
#
# **What it trains.** ...
#
# **Time.** about 30 minutes.
#
# **Read again if stuck.** Section "TITLE" of the book.

# %%
import numpy as np

from dlcourse import check

# %% [markdown]
# ## 1. ... (2 points)
#
# <details><summary>Hint 1</summary>
#
# ...
# </details>
#
# <details><summary>Hint 2</summary>
#
# ...
# </details>

# %% answer="first" forbid="dlcourse.CHAPTER"
def first(x):
    """What it computes.  x: (N, D) -> (N,)"""
    ### BEGIN SOLUTION
    return np.asarray(x).sum(axis=1)
    ### END SOLUTION

# %% tests="first" points=2
check.close(first(np.ones((1, 3))), [3], name="first of ones")
### BEGIN HIDDEN TESTS
rng = check.class_rng("STEM/first")
x = rng.normal(size=(5, 7))
check.close(first(x), [sum(row) for row in x], name="first of random numbers")
### END HIDDEN TESTS

# %% [markdown]
# ## 2. In words (2 points, marked by hand)

# %% [markdown] written="judge" points=2
# **Your answer** (about 5 sentences):
#
# ### BEGIN SOLUTION
# Model answer and marking guide.
# ### END SOLUTION

# %% [markdown]
# ## Stretch (not graded)
'''

ANSWERS = '''# %% [markdown]
# Answers to solutions/CHAPTER/STEM.py: wrong ones must lose points, right ones must not.

# %% wrong="..." answer="first"
def first(x):
    return x
'''

TEST = '''"""TITLE: against oracles that are not the code itself."""
'''


def main(section, title):
    """-> exit status"""
    match = re.fullmatch(r"([a-z]+)/([a-z][a-z_]*)", section)
    if not match or not title:
        print('usage: make new-section SECTION=chapter/name TITLE="..."  (lower-case letters, no numbers)', file=sys.stderr)
        return 2
    chapter, stem = match.groups()
    files = {f"book/{chapter}/{stem}.md": PAGE, f"dlcourse/{chapter}/{stem}.py": MODULE, f"solutions/{chapter}/{stem}.py": SOLUTION,
             f"tests/{chapter}/answers/{stem}.py": ANSWERS, f"tests/{chapter}/test_{stem}.py": TEST}
    there = [path for path in files if (ROOT / path).exists()]
    if there:
        print(f"already there: {', '.join(there)}; nothing was written", file=sys.stderr)
        return 1
    for path, text in files.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text.replace("CHAPTER", chapter).replace("STEM", stem).replace("TITLE", title), encoding="utf8")
        print(f"wrote {path}")
    package = ROOT / f"dlcourse/{chapter}/__init__.py"
    if not package.exists():
        package.write_text(f'"""Chapter {chapter}."""\n', encoding="utf8")
    print(f"\nNow, in _toc.yml, at its place:\n          - file: book/{section}\n            sections: [{{file: notebooks/{section}}}]")
    links = [f"[page](book/{section}.md)", f"[module](dlcourse/{section}.py)",
             f"[notebook](notebooks/{section}.ipynb) ([source](solutions/{section}.py))", f"[test](tests/{chapter}/test_{stem}.py)"]
    print(f"in README.md:\n| {section} | {' | '.join(links)} |")
    print(f"in book/api.md, inside the fence of the chapter:\n.. automodule:: dlcourse.{chapter}.{stem}\n   :members:")
    print("then 'make notebooks' and the checklist in CONTRIBUTING.md")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] + ["", ""])[:2]))
