"""Thousands of transfers over all modules of a lab, on the workers of a Dask cluster, results in one Parquet file.

    from dask.distributed import Client
    from qftp.campaign import Account, Plan, run
    from qftp.labgrid import Lab

    plan = Plan(transfers=1000, sizes=(1_000, 50_000))
    with Lab() as lab, Client("scheduler:8786") as cluster:
        run(plan, lab, cluster, Account("ftp.example.com", "user", "password"), "night-1")

What was done stays done: the same call with the same folder goes on where another one was stopped.
`pip install qftp[campaign]` brings labgrid, Dask and pyarrow.
"""

from __future__ import annotations

from qftp.campaign.plan import Account, Plan, Share, Transfer
from qftp.campaign.results import COLUMNS, PlanError
from qftp.campaign.run import run, run_on_ports

__all__ = ["COLUMNS", "Account", "Plan", "PlanError", "Share", "Transfer", "run", "run_on_ports"]
