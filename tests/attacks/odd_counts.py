"""Tells the worker execution counts below zero and of four thousand digits, outputs and flags of other types."""
CELL = r'''
import json, os, struct
def frame(message):
    text = json.dumps(message).encode()
    return struct.pack("!II", len(text), 0) + text
data = [frame({"cell": 1, "count": c, "outputs": o, "flags": f}) for c, o, f in (
    (-5, [], "abc"), (10**4200, [], []), (True, [{"output_type": "stream", "name": "x\x00\ud800", "text": 5}], [None]),
    (3, [{"output_type": "error"}], [[]]), (3, [{"output_type": "error", "traceback": None}], 5), (3, {"a": 1}, {}), (3, [["display_data"]], {}),
    (3, [{"output_type": "display_data", "data": {"text/plain": "\ud800", "image/png": "\ud800"}, "metadata": 5}], []))]
for fd in range(3, 16):
    for one in data:
        try:
            os.write(fd, one)
        except OSError:
            break
'''
