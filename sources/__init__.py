"""Who asserts and who prints, the documents, their dates, and what may leave."""
