"""Scripts in the Markdown answer, in an attachment and in the metadata."""
SCRIPT = "<script>document.title = 'CANARY-SCRIPT'</script><img src=x onerror=alert(1)>[x](javascript:alert(1))"


def change(nb):
    for cell in nb.cells:
        if cell.id == "written-why":
            cell.source = SCRIPT
            cell["attachments"] = {"a.svg": {"image/svg+xml": SCRIPT}}
    nb.metadata["title"] = SCRIPT
    nb.metadata["authors"] = [{"name": SCRIPT}]
