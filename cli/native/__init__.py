"""`parlance up-native`: what docker-compose.yml describes, as processes of this machine, without a container engine."""
