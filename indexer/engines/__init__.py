"""Search engines behind `indexer.interface.SearchEngine`."""
