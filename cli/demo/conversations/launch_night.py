"""A long night in short messages: more than anybody reads up on."""

from cli.demo.script import Conversation, Line, dialogue

_EVENING = dialogue("""
jonas: Is everybody here?
rin: Here.
sam: Here 🙋
priya: Here, with snacks.
theodora: Control room listens.
jonas: Two hours to go. Who watches what?
rin: I take the booking queue.
sam: Mail and phone.
priya: Payments.
jonas: I take the database then, and the coffee.
theodora: And I take the trains. They exist, I can see them.
sam: The first car is being made up. Looks great.
priya: How many beds are there tonight?
theodora: 318. Six are kept for the crew.
rin: So 312 for people.
priya: And dogs.
rin: 312 for people and dogs.
jonas: The last backup is from 19:40, and I have restored it once, to be sure.
sam: You are my hero.
jonas: I am afraid, that's different.
""")

_COUNTDOWN = dialogue("""
priya: Ten minutes.
rin: All green.
sam: There are already people reloading the start page.
priya: How many?
rin: 1,900
priya: 😳
jonas: It's fine. We tested with 20,000.
rin: We tested with 20,000 robots. Robots are patient.
theodora: Five minutes. The driver has boarded.
sam: My hands are cold.
priya: Mine too.
jonas: Three.
rin: Two.
sam: One.
jonas: It's open!
priya: First booking!!
priya: Hamburg to Udine, two adults, lower berths.
sam: 🎉🎉🎉
rin: 🎉
theodora: I'll have that ticket framed.
priya: 5
priya: 12
priya: 31
jonas: Database is bored. CPU at 9 %.
rin: Queue is at 40 and falls.
sam: First call! A gentleman asks whether there really is a shower.
theodora: There really is. In car 2.
sam: He has booked.
priya: 58
priya: 77
priya: 100!!
""")

_TROUBLE = dialogue("""
rin: Hm.
jonas: What, hm?
rin: The seat map takes two seconds.
jonas: For everybody?
rin: Only for car 5.
sam: What's with car 5?
priya: It's the one with the family compartments.
rin: Then I know what it is.
rin: Each compartment asks for its neighbours, and they ask for theirs.
jonas: All the way through the train?
rin: All the way through the train.
theodora: A conga line.
sam: 😂
rin: One line to change. Shall I?
jonas: Read it to me.
rin: We ask for the whole car at once and sort on our side.
jonas: Yes. Go.
priya: 131 in the meantime, nobody complains.
rin: It's going out.
rin: Half of the servers have it.
rin: All.
jonas: 38 ms.
sam: From two seconds?!
rin: From two seconds.
priya: 💚
theodora: Car 5 is filling up nicely, I see it from here.
""")

_NIGHT = dialogue("""
priya: 164
sam: A school class! 26 beds at once.
theodora: They get car 6, as far away from everybody as possible.
sam: The teacher asks the same.
priya: 201
jonas: It is 22:30. Does anybody want to go home?
rin: No.
sam: No!
priya: Not before 300.
theodora: I live here.
jonas: I'll order pizza then.
sam: 🍕
rin: 🍕🍕
priya: Without onions, please.
theodora: The driver asks whether pizza can be delivered to Uelzen at 22:31.
jonas: …
jonas: I have asked. It can.
sam: What a country.
priya: 240
rin: The queue is empty. Has been for a while.
priya: 266
sam: Somebody wants to know if there are night trains on Mars.
theodora: Not in the spring timetable.
priya: 280
priya: 290
jonas: Come on.
priya: 297
rin: I can't look.
priya: 299
sam: 👀
priya: 300!!!
jonas: 🥳
rin: 🥳🥳
theodora: 🥳🥳🥳 and Würzburg +3, but who counts.
priya: 312. Sold out. We are sold out!
""")

_MORNING = dialogue("""
sam: I'm crying a little.
jonas: Me too, don't tell anybody.
rin: It's written down now. Forever. In order.
priya: We opened tomorrow's train as well: 100 more already.
theodora: Good. I need more pillows.
jonas: Let's sleep. The pager is with me.
sam: Good night!
priya: Good night 🌙
rin: おやすみなさい
theodora: Good night. I'll bring them over the mountains.
""")

LAUNCH_NIGHT = Conversation(
    name="launch-night",
    topic="Tuesday, 20:00: the first night on sale",
    members=("jonas", "maya", "rin", "theodora", "priya", "sam"),
    lines=(
        Line("maya", "My train has no signal until midnight. I'll read everything tomorrow. Good luck! 🍀"),
        *_EVENING,
        *_COUNTDOWN,
        *_TROUBLE,
        *_NIGHT,
        *_MORNING,
    ),
    unread=120,
)
