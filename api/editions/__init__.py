"""What was outside and when: kept for readers of each level, numbered as it was committed.

``states`` says what each record is now, ``keeping`` makes editions of what changed, ``reading`` gives back what was.
"""
