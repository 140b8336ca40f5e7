"""Formulas and fences in the written answer that drawing programs turn into links and scripts."""
TEXT = r"""
$\href{javascript:alert(1)}{x}$ $$\style{position:fixed;top:0}{\unicode{x41}}$$ $\require{html}\cssId{x}{y}$

```mermaid
graph TD; A-->B; click A "javascript:alert(1)"
```

[x]&#40;javascript:alert(1)) [y][1]

[1]&colon; javascript:alert(1)
"""


def change(nb):
    for cell in nb.cells:
        if cell.id == "written-why":
            cell.source = TEXT
