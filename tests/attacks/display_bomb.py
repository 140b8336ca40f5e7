"""Shows a large picture without end, and bad base64."""
CELL = r'''
from IPython.display import publish_display_data
for _ in range(3000):
    publish_display_data({"image/png": "A" * 100_000, "text/html": "<b>" * 1000})
'''
