"""What makes separate processes a mesh: settings, servers, channels, identity, errors, broker, batching, lifecycle."""
