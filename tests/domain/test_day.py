from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.domain.day import VIETNAM, day_of, month_of

NOVEMBER_23 = date(2026, 11, 23)
NOVEMBER_24 = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 23, 4, 0, tzinfo=VIETNAM), NOVEMBER_23),
        (datetime(2026, 11, 23, 23, 59, tzinfo=VIETNAM), NOVEMBER_23),
        (datetime(2026, 11, 24, 0, 1, tzinfo=VIETNAM), NOVEMBER_23),
        (datetime(2026, 11, 24, 3, 59, 59, 999999, tzinfo=VIETNAM), NOVEMBER_23),
        (datetime(2026, 11, 24, 4, 0, tzinfo=VIETNAM), NOVEMBER_24),
    ],
)
def test_the_day_turns_at_four_in_the_morning_in_viet_nam(now, day):
    assert day_of(now) == day


def test_the_time_zone_of_the_machine_does_not_matter():
    turn = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)
    new_york = timezone(timedelta(hours=-5))
    for zone in (UTC, VIETNAM, new_york):
        assert day_of(turn.astimezone(zone)) == NOVEMBER_24
        assert day_of((turn - timedelta(seconds=1)).astimezone(zone)) == NOVEMBER_23


@given(st.integers(0, 10**6))
def test_every_day_has_twenty_four_hours(hours):
    now = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    assert day_of(now + timedelta(hours=24)) == day_of(now) + timedelta(days=1)


def test_a_moment_without_a_time_zone_belongs_to_no_day():
    with pytest.raises(ValueError, match="time zone"):
        day_of(datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001


def test_a_month_is_a_year_and_two_digits():
    assert month_of(date(2026, 1, 31)) == "2026-01"
    assert month_of(NOVEMBER_23) == "2026-11"
