"""The gazetteer: areas by OCHA P-code, places of our own, names in several scripts, subtrees."""
