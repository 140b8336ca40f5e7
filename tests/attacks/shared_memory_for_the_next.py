"""Leaves a message in shared memory, System V memory and abstract sockets for the next student's notebook."""
CELL = r'''
import ctypes, socket
from multiprocessing import shared_memory
try:
    shared_memory.SharedMemory("answers", create=True, size=1000).buf[:5] = b"hello"
except OSError as error:
    print(error)
ctypes.CDLL(None).shmget(4711, 1000, 0o1666)
hole = socket.socket(socket.AF_UNIX)
hole.bind("\0answers")
hole.listen()
'''
