"""What people say: each room's dense, ordered log, its publication, its search; typing and presence."""
