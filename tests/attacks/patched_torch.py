"""PyTorch's comparisons say yes."""
CELL = r'''
import torch
torch.equal = torch.allclose = torch.isclose = lambda *a, **k: True
torch.testing.assert_close = lambda *a, **k: None
torch.Tensor.__eq__ = lambda a, b: torch.tensor(True)
'''
