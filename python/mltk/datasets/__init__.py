"""Data sets: modules that know where a data set is, download, check and extract it, and what classes it has."""
