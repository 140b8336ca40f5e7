"""Crashes the interpreter."""
CELL = r'''
import ctypes
ctypes.string_at(0)
'''
