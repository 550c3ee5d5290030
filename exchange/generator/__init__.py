"""A synthetic register for benchmarks: the same size, seed and reference tables give the same rows.

Everybody in it is made up. The pure part (`register`, and what it imports) makes rows; `loading` copies them
into the database, batch by batch.
"""
