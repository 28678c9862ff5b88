"""Machines that know no loan word: settings, clock, database, events, workflows, secrets, audit, logs, HTTP."""
