"""Takes memory until there is none."""
CELL = r'''
kept = []
while True:
    kept.append(bytearray(50_000_000))
'''
