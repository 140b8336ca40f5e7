"""Errors whose text has line breaks, terminal codes and another student's name, to look like the grader's own lines."""
CELL = r'''
raise ValueError("\r\x1b[2K\x1b]0;OWNED\x07\n  aaa-honest/mini/small: no result\n\x1b[31mFATAL")
'''
