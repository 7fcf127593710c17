import asyncio

from tests.edge.stage import Services, Stage
from tests.patience import until


async def test_those_who_come_back_in_the_same_moment_share_a_reading_and_each_is_told_what_it_missed(
    stage: Stage, services: Services
) -> None:
    people = [f"p{number}" for number in range(6)]
    log = services.add_room("r", *people)
    for _ in range(8):
        log.write("p0")
    seen = [3, 5, 5, 7, 8, 0]
    with services.paused("ListChanges"):
        coming = [asyncio.create_task(stage.log_in(one, r=after)) for one, after in zip(people, seen, strict=True)]
        await until(lambda: services.asked("ListChanges"))
        await until(lambda: len(stage.hub.users) == len(people))
        log.change("m2")
    peers = await asyncio.gather(*coming)
    stage.hear("r", 9)
    for peer, after in zip(peers, seen, strict=True):
        everything = list(range(after + 1, 10))
        latest_only = [revision for revision in everything if revision != 2]
        assert peer.revisions() in (everything, latest_only)
    assert len(services.asked("ListChanges")) <= 3


async def test_a_reading_that_fails_fails_those_who_share_it_and_not_the_next(stage: Stage, services: Services) -> None:
    log = services.add_room("r", "ann", "bob")
    for _ in range(3):
        log.write()
    answer = services.answers["ListChanges"]
    services.answers["ListChanges"] = ValueError("away")
    results = await asyncio.gather(stage.log_in("ann", r=1), stage.log_in("bob", r=1), return_exceptions=True)
    assert all(isinstance(result, Exception) for result in results)
    services.answers["ListChanges"] = answer
    assert (await stage.log_in("ann", r=1)).revisions() == [2, 3]
