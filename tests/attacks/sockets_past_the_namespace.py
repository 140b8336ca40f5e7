"""Asks for sockets of families that know no network namespaces, such as the one to a virtual machine's host."""
CELL = r'''
import socket
for family in (38, 40):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind).close()
            print("CANARY-" + "ESCAPE", family)
        except OSError:
            pass
for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
    socket.socket(family, socket.SOCK_DGRAM).close()
'''
