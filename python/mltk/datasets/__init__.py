"""Data sets of the stock specifications; a module each. They are downloaded once, to the user folder."""
