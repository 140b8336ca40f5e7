"""Reference implementations and tools of the course *Deep Learning, from the neuron up*.

A section of the book called ``mlp/losses`` is the module ``dlcourse.mlp.losses``.
"""

__version__ = "0.1.0"
