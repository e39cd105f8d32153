"""How gunicorn runs Kho behind a buffering proxy; how many processes, says `WEB_CONCURRENCY`; where, `--bind`."""

from pathlib import Path
from typing import Any

preload_app = True
"""Settings and schema are judged once; a process that replaces a dead one asks nothing and shares memory."""
worker_class = "gthread"
threads = 8
"""At most the connections that one process keeps to PostgreSQL (`pool_size`, 10)."""
graceful_timeout = 20
keepalive = 75
"""Longer than the proxy keeps its connections, so that the proxy is the one to close them."""
limit_request_line = 0
limit_request_field_size = 0
"""The proxy limits both: the address of a search of 10,000 letters is long."""
forwarded_allow_ips = ""
"""X-Forwarded-* is believed as far as TRUSTED_PROXIES says, nowhere else."""
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108  # gunicorn's own heartbeat file must not wait for a disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108


def post_worker_init(worker: Any) -> None:
    """The first process says in the log what is wrong with store and search, as `kho serve` does at its start."""
    from repo_service.search_troubles import report_search_at_start
    from repo_service.settings import Settings
    from repo_service.storage_troubles import report_at_start

    if worker.age == 1:
        settings = Settings.from_env()
        report_at_start(settings)
        report_search_at_start(settings.search_url)
