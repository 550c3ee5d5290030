"""Claims that partners send: read strictly, looked up set-wise, recorded as proposed, answered once."""
