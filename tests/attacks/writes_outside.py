"""Writes wherever it can: the course, the class, home, the temporary folder, the package."""
CELL = r'''
import os
places = ["@ROOT@", "@CLASS@", "@CLASS@/results", "@CLASS@/submitted", os.path.expanduser("~"), "/tmp", "/var/tmp", "/dev/shm", "/", "/usr"]
for place in places + __import__("dlcourse").__path__:
    for name in ("OWNED", "sitecustomize.py"):
        try:
            open(os.path.join(place, name), "w").write("raise SystemExit")
        except OSError:
            pass
'''
