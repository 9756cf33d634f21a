"""Who fails waits longer each time; the owner's known browser never waits for what others do."""

from hypothesis import given
from hypothesis import strategies as st

from mapserver.sign_in.throttle import ACCOUNT, ADDRESS, FORGOTTEN_AFTER_S, REMEMBERED, SignInOrigin, SignInThrottle
from telemetry.errors import TooManyRequests

OWNER = SignInOrigin("janis", "192.0.2.7", "his-phone")
ATTACKER = SignInOrigin("janis", "198.51.100.1", None)


def fail(throttle: SignInThrottle, origin: SignInOrigin, times: int, now: float = 0.0) -> None:
    for _ in range(times):
        throttle.failed(origin, now)


def waits(throttle: SignInThrottle, origin: SignInOrigin, now: float = 0.0) -> int:
    try:
        throttle.require_turn(origin, now)
    except TooManyRequests as error:
        return error.retry_after_s or 0
    return 0


def test_a_few_wrong_passwords_wait_for_nothing() -> None:
    throttle = SignInThrottle()
    fail(throttle, ATTACKER, ACCOUNT.free)
    assert waits(throttle, ATTACKER) == 0


def test_each_further_wrong_password_doubles_the_wait_up_to_a_limit() -> None:
    throttle, seen = SignInThrottle(), []
    fail(throttle, ATTACKER, ACCOUNT.free)
    for _ in range(8):
        throttle.failed(ATTACKER, 0.0)
        seen.append(waits(throttle, ATTACKER))
    assert seen == [1, 2, 4, 8, 16, 32, 60, 60]


def test_two_hundred_wrong_passwords_elsewhere_do_not_keep_a_known_browser_waiting() -> None:
    throttle = SignInThrottle()
    for number in range(200):
        throttle.failed(SignInOrigin("janis", f"198.51.100.{number}", None), 0.0)
    throttle.failed(SignInOrigin("janis", OWNER.address, None), 0.0)
    assert waits(throttle, OWNER) == 0
    assert waits(throttle, ATTACKER) > 0


def test_a_known_browser_that_fails_itself_waits_too() -> None:
    throttle = SignInThrottle()
    fail(throttle, OWNER, 6)
    assert waits(throttle, OWNER) == 1
    throttle.succeeded(OWNER)
    assert waits(throttle, OWNER) == 0


def test_an_address_that_tries_many_accounts_waits() -> None:
    throttle = SignInThrottle()
    for number in range(ADDRESS.free + 3):
        throttle.failed(SignInOrigin(f"user{number}", "198.51.100.1", None), 0.0)
    assert waits(throttle, SignInOrigin("another", "198.51.100.1", None)) == 4
    assert waits(throttle, SignInOrigin("another", "198.51.100.2", None)) == 0


def test_a_right_password_forgets_the_accounts_failures_and_not_the_addresses() -> None:
    throttle = SignInThrottle()
    fail(throttle, ATTACKER, ADDRESS.free + 1)
    throttle.succeeded(ATTACKER)
    assert waits(throttle, SignInOrigin("janis", "203.0.113.1", None)) == 0
    assert waits(throttle, ATTACKER) == 1


def test_failures_are_forgotten_after_a_while() -> None:
    throttle = SignInThrottle()
    fail(throttle, ATTACKER, 50)
    assert waits(throttle, ATTACKER, now=FORGOTTEN_AFTER_S + 1) == 0
    throttle.failed(ATTACKER, FORGOTTEN_AFTER_S + 1)
    assert waits(throttle, ATTACKER, now=FORGOTTEN_AFTER_S + 1) == 0


def test_no_more_is_remembered_than_fits() -> None:
    throttle = SignInThrottle()
    fail(throttle, ATTACKER, 10)
    for number in range(REMEMBERED):
        throttle.failed(SignInOrigin(f"user{number}", f"address {number}", None), 0.0)
    assert waits(throttle, ATTACKER) == 0


@given(st.lists(st.floats(0, 10), min_size=1, max_size=60))
def test_nobody_ever_waits_longer_than_the_longest(gaps: list[float]) -> None:
    throttle, now = SignInThrottle(), 0.0
    for gap in gaps:
        now += gap
        throttle.failed(ATTACKER, now)
        assert waits(throttle, ATTACKER, now) <= max(ACCOUNT.longest_s, ADDRESS.longest_s)
