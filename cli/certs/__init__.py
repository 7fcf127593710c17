"""`parlance certs`: makes and renews the certificates by which the processes of the mesh know each other."""

from cli.certs.app import run
from cli.certs.folders import make

__all__ = ["make", "run"]
