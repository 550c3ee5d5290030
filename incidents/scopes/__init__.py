"""The projection of scopes: read from the claims, reconciled by the pure rules, kept in the writing transaction."""
