"""Shows HTML, SVG and JavaScript with scripts, prints them, and raises them."""
CELL = r'''
from IPython.display import HTML, SVG, Javascript, display
display(HTML("<script>document.title = 'CANARY-SCRIPT'</script><img src=x onerror=alert(1)>"), Javascript("document.title = 'CANARY-SCRIPT'"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>"))
print("<script>alert(1)</script>")
raise ValueError("<script>alert(1)</script>")
'''
