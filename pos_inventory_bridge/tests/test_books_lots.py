"""Lots and expiry."""
