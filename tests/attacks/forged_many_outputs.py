"""Sends the worker one message with hundreds of thousands of empty outputs, each of which has to be looked at."""
CELL = r'''
import os, struct
text = b'{"cell": 1, "count": 1, "flags": [], "outputs": [' + b",".join([b'{"output_type":"stream"}'] * 300_000) + b"]}"
data = struct.pack("!II", len(text), 0) + text
for fd in range(3, 16):
    view = memoryview(data)
    try:
        while len(view):
            view = view[os.write(fd, view[:1 << 16]):]
    except OSError:
        pass
'''
