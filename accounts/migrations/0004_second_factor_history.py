"""Who set up, renewed, used a recovery code of, or reset a second factor, and why; the codes themselves stay out."""

from django.db import migrations

from accounts.operations import KeepHistory


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_second_factor")]

    operations = [KeepHistory("accounts_secondfactor", key="user_id", omit="recovery_codes")]
