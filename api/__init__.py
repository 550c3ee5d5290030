"""The published contract: what outsiders read over HTTP."""
