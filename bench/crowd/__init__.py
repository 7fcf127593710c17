"""`python -m bench.crowd`: thousands of connections through nginx while an edge is killed and another one is added.

Everything is real: `parlance up-native` runs, people talk in all rooms, one of three edges is killed and a fourth started.
Whoever loses the connection comes back by itself after at most a second, says how far it has read, and must receive what
it missed. At the end everybody must stand where the room's log stands, with each revision seen once and in order.
"""
