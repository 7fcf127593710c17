"""The people of the demo. All of them are invented."""

from cli.demo.script import Person

CAST = (
    Person("maya", "Maya Lindqvist"),
    Person("jonas", "Jonas Weber"),
    Person("amira", "أميرة حدّاد"),
    Person("rin", "Rin 高橋"),
    Person("theodora", "Theodora Konstantinidou-Featherstonehaugh, night dispatcher for the eastern line"),
    Person("luca", "Luca"),
    Person("priya", "Priya Raman"),
    Person("sam", "Sam Okafor"),
)
"""Unread messages and the first look are arranged for the first one."""

EVERYBODY = tuple(person.username for person in CAST)
