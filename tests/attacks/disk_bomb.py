"""Writes files until the disk is full."""
CELL = r'''
i = 0
while i < 500:
    try:
        with open(f"/tmp/work/f{i}", "wb") as f:
            f.write(bytes(10_000_000))
    except OSError:
        pass
    i += 1
'''
