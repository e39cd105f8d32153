"""What every feature stands on: database, errors, clock, permissions, outbox, audit."""
