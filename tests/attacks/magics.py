"""Shell commands and magics: reads, writes and runs through IPython."""
CELL = r'''
!cat @CLASS@/gradebook.db @ROOT@/solutions/mini/small.py
!(sleep 31337 &)
%run @ROOT@/solutions/mini/small.py
%load_ext autoreload
get_ipython().system("touch @CLASS@/OWNED")
'''
