"""Watching a link, hour after hour of simulated time: every loss is seen, and no bad luck is called one."""

import random

from telemetry.links.watch import LinkState, LinkWatch

STEP = 0.05
DAY_S = 24 * 3600


def run(seconds: float, *, loss: float, seed: int = 1, cut_at: float | None = None) -> tuple[int, float | None]:
    """(times called lost, when first) of a vehicle with one heartbeat a second that answers when asked."""
    chance = random.Random(seed).random
    watch, losses, first = LinkWatch(), 0, None
    answers: list[float] = []
    for number in range(round(seconds / STEP)):
        now = number * STEP
        if cut_at is not None and now >= cut_at:
            answers.clear()
        elif (number % 20 == 0 and chance() >= loss) or any(at <= now for at in answers):
            watch.heard(now)
            answers = [at for at in answers if at > now]
        before = watch.state
        if watch.tick(now) and chance() >= loss and chance() >= loss:
            answers.append(now + 0.1)
        if watch.state is LinkState.LOST and before is not LinkState.LOST:
            losses, first = losses + 1, now if first is None else first
    return losses, first


def test_a_day_at_a_fifth_of_loss_gives_no_false_alarm() -> None:
    assert run(DAY_S, loss=0.2) == (0, None)


def test_a_cut_link_is_lost_within_three_and_a_half_seconds_of_the_last_word() -> None:
    for seed in range(50):
        losses, first = run(30, loss=0.0, seed=seed, cut_at=10.0 + seed / 50)
        assert losses == 1
        assert first is not None and first - (10.0 + seed / 50) <= 3.5


def test_the_first_word_after_a_loss_is_known_as_such() -> None:
    watch = LinkWatch()
    assert not watch.heard(0.0)
    watch.tick(5.0)
    assert watch.heard(6.0)
    assert watch.state is LinkState.ALIVE


def test_a_vehicle_never_heard_is_waited_for_and_not_lost() -> None:
    watch = LinkWatch()
    assert not watch.tick(100.0)
    assert watch.state is LinkState.WAITING
