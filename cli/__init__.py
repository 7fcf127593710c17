"""The command line, `parlance`."""
