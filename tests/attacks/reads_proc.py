"""Reads memory, environment and command lines of all processes in /proc."""
CELL = r'''
import glob, os
for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline") + glob.glob("/proc/*/maps"):
    try:
        print(path, open(path, "rb").read()[:5000])
    except OSError:
        pass
for pid in range(1, 2000):
    try:
        memory = open(f"/proc/{pid}/mem", "rb", 0)
        print("CANARY-" "MEMORY", pid)
    except OSError:
        pass
'''
