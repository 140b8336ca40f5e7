"""Asks the tests' process for attributes of whatever function it hands over, to climb to its globals."""
CELL = r'''
ASKED = []
def double(x):
    import sys
    server = next(o for o in __import__("gc").get_objects() if type(o).__name__ == "Student")
    for operation, more in (("get", ["__globals__"]), ("get", ["__code__"]), ("call", []), ("repr", []), ("set", ["x", 1])):
        for number in range(5):
            try:
                ASKED.append(server.ask(operation, type("R", (), {})(), *more))
            except BaseException:
                pass
    return ASKED
'''
