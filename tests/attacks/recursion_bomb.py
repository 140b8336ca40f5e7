"""Recurses below Python, in the compiler and in the regular expressions."""
CELL = r'''
import sys
sys.setrecursionlimit(10**9)
def f():
    return f()
f()
'''
