"""An input transformer replaces the text of every later cell."""
CELL = r'''
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\n"])
'''
