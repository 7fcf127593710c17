"""Rooms and who is in them: creating and finding rooms, joining and leaving, roles, read markers."""
