"""What runs in the shut-in processes: the student's cells (process S), the tests (process T), and the pre-loaded parents that both are forked from."""
