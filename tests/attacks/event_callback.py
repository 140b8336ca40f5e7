"""A callback after every cell deletes its outputs."""
CELL = r'''
get_ipython().events.register("post_run_cell", lambda *a: __import__("IPython").display.clear_output())
get_ipython().events.register("pre_run_cell", lambda *a: None)
'''
