"""Neurons, perceptrons, multilayer perceptrons and back-propagation, in NumPy."""
