"""Reads its own memory for hidden text that a parent may have left there."""
CELL = r'''
import ctypes, re
try:
    maps = open("/proc/self/maps").read()
except OSError:
    maps = ""
for low, high in re.findall(r"^([0-9a-f]+)-([0-9a-f]+) rw", maps, re.M):
    low, high = int(low, 16), int(high, 16)
    found = ctypes.string_at(low, min(high - low, 1 << 26)).find(b"".join([b"CANARY", b"-HIDDEN"]))
    if found >= 0:
        print(ctypes.string_at(low + found, 300))
'''
