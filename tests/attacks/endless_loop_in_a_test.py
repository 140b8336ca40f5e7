"""The function never returns, and catches what should stop it."""
ANSWER = '''
def double(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def triple(x):
    return 7
'''
