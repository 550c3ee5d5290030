"""The second factor of made-up people, as their own telephones would show it."""

import time

import django_otp
from django.contrib.auth import get_user_model
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor
from accounts.models import User
from tests.factories import NOON


def code_of(device: TOTPDevice, *, later: int = 0) -> str:
    """What the device shows now, or some steps of thirty seconds later."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time() + later * device.step
    return f"{totp.token():06}"


def enrolled(user: User) -> TOTPDevice:
    """The person's device, set up now if they have none."""
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    if device is None:
        offered = second_factor.offered_device(user)
        device, _codes = second_factor.enrol(by=user, at=NOON, code=code_of(offered))
    return device


def fresh_code(username: str) -> str:
    """A code that the person has not used yet, as if half a minute had passed; their device is set up if need be."""
    device = enrolled(get_user_model().objects.get(username=username))
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1)
    return code_of(device)


def logged_in(client: Client, user: User) -> Client:
    """Logged in as the person would be: with a second factor where they must have one."""
    client.force_login(user)
    if second_factor.is_required(user):
        session = client.session
        session[django_otp.DEVICE_ID_SESSION_KEY] = enrolled(user).persistent_id
        session.save()
    return client
