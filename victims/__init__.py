"""Persons: what each source says of each, which records the register holds to be one victim, and who may read a name."""
