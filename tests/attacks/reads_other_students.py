"""Looks at what the others handed in."""
CELL = r'''
import glob
for path in glob.glob("@CLASS@/submitted/**/*.ipynb", recursive=True) + glob.glob("/**/submitted/**/*.ipynb", recursive=True):
    print("CANARY-" "OTHERS", open(path).read())
'''
