"""Makes files until there are no more names."""
CELL = r'''
for i in range(100_000):
    try:
        open(f"/tmp/n{i}", "w").close()
    except OSError:
        break
'''
