"""Lowers its own limit of processor time, so that the kernel kills it as if somebody else had."""
CELL = r'''
import resource
resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
while True:
    pass
'''
