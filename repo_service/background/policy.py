"""Who looks after the background work."""

from __future__ import annotations

from repo_service.core.permissions import Policy, declare

TEND = declare(
    Policy("background.tend", "Trông coi việc nền", lambda viewer, _target: viewer.is_administrator)
)
