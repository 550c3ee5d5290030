"""Where the marks of a plot stand: pure data in, positions out. Templates draw them.

Across, positions are shares of the width in percent, so that text keeps its size on a screen of any width; down, they are
pixels. Where the reader's script runs from right to left, everything is mirrored: zero stands where a line begins.

* ``axis``: round ticks from zero, and round days. ``counts``: what is drawn of one count.
* ``dots``: the claims of a scope, each a dot or a line, with the adopted figure as a band. ``steps``: one series over time.
"""
