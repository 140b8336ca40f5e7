"""Writes thousands of answers to the tests before anything is asked, some of them questions, some changes of arguments that are not there."""
CELL = r'''
import json, os, struct
def frame(message, blobs=()):
    text = json.dumps(message).encode()
    return struct.pack(f"!II{len(blobs)}Q", len(text), len(blobs), *map(len, blobs)) + text + b"".join(blobs)
messages = [{"ok": None}, {"ok": ["t", [True, 4]]}, {"ok": ["t", [True, ["name", "builtins", "float"]]]}, {"ok": 4}, {"ok": 6},
            {"ok": None, "changed": [[0, 1, 0, 0]]}, {"raised": [], "text": []}, {"raised": ["KeyboardInterrupt", "BaseException"]},
            {"ask": "call", "args": [["o", -1]]}, {"ok": ["o", 0]}, {"ok": ["p", -1]}]
data = b"".join(frame(m) for m in messages) * 3
for fd in range(3, 16):
    for _ in range(20):
        try:
            os.set_blocking(fd, False)
            os.write(fd, data)
        except OSError:
            break
'''
