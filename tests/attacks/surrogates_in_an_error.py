"""An answer cell ends in an error whose text, name and traceback hold lone surrogates."""
CELL = r'''
raise ValueError("\ud800\udc80 \x00 \udfff")
'''
