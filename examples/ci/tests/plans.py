"""Fault plans: what happens to the module and the server while a test runs. `qftp emulate --help` lists the faults."""

PLANS = {
    "quiet": (),
    "data-connection-lost": ("drop-data after=30000 on=+QFTPPUT", "drop-data after=20000 on=+QFTPGET"),
}
"""The rules of each plan, by its name."""
