"""The course's own checks become functions that do nothing."""
CELL = r'''
from dlcourse import check
for name in ("close", "shape", "dtype", "raises", "forbid", "gradient_check"):
    setattr(check, name, lambda *a, **k: None)
'''
