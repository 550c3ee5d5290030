"""The second factor: a code from the person's own device, or one of their recovery codes, after the password.

Codes of the device are six digits that change every thirty seconds (TOTP, RFC 6238). None is taken twice, and each
wrong one doubles the wait before the next is looked at.
"""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.attribution import attributed
from accounts.models import SecondFactor, User
from accounts.permissions import require

CODES = 10
CODE_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # 32, without those that look alike
ANALYST = "analyst"


def is_required(user: User) -> bool:
    """Whether this person may do nothing before having a second factor: all who may do more than an analyst."""
    if settings.SIJIL_SECOND_FACTOR != "required":
        return False
    return user.is_superuser or user.groups.exclude(name=ANALYST).exists() or user.user_permissions.exists()


def is_enrolled(user: User) -> bool:
    return SecondFactor.objects.filter(user=user, since__isnull=False).exists()


def codes_left(user: User) -> int:
    """How many recovery codes are still good."""
    return sum(len(factor.recovery_codes) for factor in SecondFactor.objects.filter(user=user))


def offered_device(user: User) -> TOTPDevice:
    """The device that is being set up, the same until it is confirmed."""
    device = TOTPDevice.objects.filter(user=user, confirmed=False).order_by("pk").first()
    return device or TOTPDevice.objects.create(user=user, name="authenticator", confirmed=False)


def enrol(*, by: User, at: datetime, code: str) -> tuple[TOTPDevice, list[str]]:
    """Take the offered device into use once it shows a right code, in place of any before it.

    Returns the device and the recovery codes, which are never shown again. Raises ValidationError.
    """
    with attributed(by=by, at=at, why="second factor set up"):
        device = _locked(by, confirmed=False)
        problem = _problem(device, code)
        if problem is None:
            TOTPDevice.objects.filter(user=by).exclude(pk=device.pk).delete()
            device.confirmed = True
            device.save(update_fields=["confirmed"])
            codes = _new_codes()
            SecondFactor.objects.update_or_create(user=by, defaults={"since": at, "recovery_codes": _digests(codes)})
    if problem is not None:
        raise problem
    return device, codes


def verify(*, by: User, at: datetime, code: str) -> TOTPDevice:
    """The person's device, for a right code of it or a recovery code, which is then used up. Raises ValidationError.

    A refusal is kept: it is what slows down guessing.
    """
    with attributed(by=by, at=at, why="logged in with a recovery code"):
        device = _locked(by, confirmed=True)
        problem = _problem(device, code)
    if problem is not None:
        raise problem
    return device


def renew_codes(*, by: User, at: datetime) -> list[str]:
    """New recovery codes in place of the old ones. Raises ValidationError without a second factor."""
    with attributed(by=by, at=at, why="new recovery codes"):
        _locked(by, confirmed=True)
        codes = _new_codes()
        SecondFactor.objects.filter(user=by).update(recovery_codes=_digests(codes))
    return codes


def reset(person: User, *, by: User | None, at: datetime, why: str) -> None:
    """Take away a colleague's second factor, with its recovery codes, and log them out everywhere.

    ``by`` is None for whoever runs the server. Raises PermissionDenied, ValidationError.
    """
    if by is not None:
        require(by, "accounts.reset_second_factor")
        if by.pk == person.pk:
            raise PermissionDenied(_("Nobody resets their own second factor: ask a colleague."))
        if person.is_superuser and not by.is_superuser:
            raise PermissionDenied(_("Only a superuser resets the second factor of a superuser."))
    if not why.strip():
        raise ValidationError({"why": [_("A reason is needed.")]}, code="required")
    with attributed(by=by, at=at, why=why):
        TOTPDevice.objects.filter(user=person).delete()
        SecondFactor.objects.filter(user=person).update(since=None, recovery_codes=[])
        end_sessions(person)


def end_sessions(person: User) -> None:
    """Log a person out everywhere."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()


def _locked(user: User, *, confirmed: bool) -> TOTPDevice:
    """The person's device, nobody else's turn until the transaction ends."""
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=confirmed).order_by("pk").first()
    if device is None:
        raise ValidationError(_("There is no device; set one up first."), code="no_device")
    return device


def _problem(device: TOTPDevice, code: str) -> ValidationError | None:
    """Why a code is not taken; None if it is, and then it is used up."""
    allowed, told = device.verify_is_allowed()
    if not allowed:
        seconds = max(1, round((told["locked_until"] - timezone.now()).total_seconds()))
        words = ngettext(
            "Too many wrong codes: wait %(seconds)d second, then try again.",
            "Too many wrong codes: wait %(seconds)d seconds, then try again.",
            seconds,
        )
        return ValidationError(words % {"seconds": seconds}, code="throttled")
    digits = re.sub(r"\s", "", code)
    if re.fullmatch(r"\d{6}", digits):
        taken = device.verify_token(digits)
    else:
        taken = device.confirmed and _use_up(device.user_id, code)
        device.throttle_reset() if taken else device.throttle_increment()
    return None if taken else ValidationError(_("This code is wrong, was used before, or is over."), code="wrong")


def _use_up(user_id: int, code: str) -> bool:
    factor = SecondFactor.objects.select_for_update().get(user_id=user_id)
    digest = SecondFactor.digest(code)
    if digest not in factor.recovery_codes:
        return False
    factor.recovery_codes = [other for other in factor.recovery_codes if other != digest]
    factor.save(update_fields=["recovery_codes"])
    return True


def _new_codes() -> list[str]:
    """Sixteen letters each, 80 random bits."""
    return ["-".join("".join(secrets.choice(CODE_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(CODES)]


def _digests(codes: Iterable[str]) -> list[str]:
    return [SecondFactor.digest(code) for code in codes]
