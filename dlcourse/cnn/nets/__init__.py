"""Networks written down as lists of layers (`layers`), and PyTorch modules built from such lists (`modules`)."""
