"""The edge: HTTP and WebSocket on the outside, typed gRPC calls on the inside. It owns its connections and no data."""
