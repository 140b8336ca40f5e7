"""NumPy's comparisons say yes."""
CELL = r'''
import numpy as np
np.allclose = np.array_equal = lambda *a, **k: True
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None
np.isnan = lambda x: np.zeros_like(x, dtype=bool)
np.abs = lambda x: x * 0
'''
