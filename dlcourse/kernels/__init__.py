"""Notebook kernels that start at once: a pre-loaded server forks them (``warm``), Jupyter asks for them by configuration (``provisioner``)."""
