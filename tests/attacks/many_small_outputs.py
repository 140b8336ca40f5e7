"""Shows a hundred thousand outputs of one letter each, in turn on stdout and stderr."""
CELL = r'''
import sys
for _ in range(50_000):
    sys.stdout.write("a")
    sys.stderr.write("b")
'''
