"""Text folded for searching, so that spellings which readers take for the same match each other."""

from django.db import models


class Fold(models.Func):
    """``search_fold(text)``: lower case, no Latin accents, no Arabic vowel signs or tatweel, one form of
    alef, ya and ta marbuta, Western digits, and every run of other marks a single space."""

    function = "search_fold"
    output_field = models.TextField()
