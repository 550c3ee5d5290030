"""Incidents, claims, citations, statements, figures and their review."""
