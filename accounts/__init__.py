"""Who works here, and the history of everything they did."""
