"""Transports: how a mail leaves this system. The ledger decides whether it may."""
