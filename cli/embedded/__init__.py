"""What `parlance up` starts beside itself when no MongoDB and no Redis are named."""
