"""Speeds and sizes, each as a ratio to a stated baseline measured in the same run: ``python3 -m benchmarks``.

They work on a database of their own, beside the register's: ``benchmarks.register``.
"""
