"""After an outage: mails that were due long ago are held until a colleague has looked at them.

The pulse is the installation's: every look for due mails beats it. A gap in it is an outage, and what was due in the
workspace more than its `late_hours` before the end of one does not go by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from outreach.models import SendPulse

LONGEST_PAUSE = timedelta(minutes=30)  # between two looks for due mails, however busy the machine is
BEAT = timedelta(seconds=20)  # often enough to be written


def beat(now: datetime) -> SendPulse:
    """Somebody looks for due mails at `now` (the database's clock); returns the pulse, an outage noted."""
    pulse, made = SendPulse.objects.get_or_create(pk=1, defaults={"beat_at": now})
    if made or now - pulse.beat_at < BEAT:
        return pulse
    changes: dict[str, datetime] = {"beat_at": now}
    if now - pulse.beat_at > LONGEST_PAUSE:
        changes |= {"outage_from": pulse.beat_at, "outage_until": now}
    # Of two who look at once, the first writes: the second would see no gap.
    if SendPulse.objects.filter(pk=1, beat_at=pulse.beat_at).update(**changes):
        for name, value in changes.items():
            setattr(pulse, name, value)
        return pulse
    return SendPulse.objects.get(pk=1)


def late_before(pulse: SendPulse, late_hours: int) -> datetime | None:
    """What was due before this moment missed its time in an outage; None: nothing did."""
    if pulse.outage_from is None or pulse.outage_until is None or not late_hours:
        return None
    limit = pulse.outage_until - timedelta(hours=late_hours)
    return limit if limit > pulse.outage_from else None
