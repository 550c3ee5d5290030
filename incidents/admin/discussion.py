"""Remarks on the pages of incidents and of what is said about them, and who has an incident in hand."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import User
from incidents.admin.verbs import told
from incidents.models import Comment, Incident
from incidents.services import discussion

# What an analyst reads on the pages; the rest is kept by the register itself.
UNSPOKEN = frozenset({
    "id", "reference", "recorded_by", "recorded_at", "modified_by", "modified_at", "submitted_by", "submitted_at",
    "accepted_by", "accepted_at", "published_by", "published_at", "authors", "reviewed", "status", "content",
    "decided_by", "decided_at", "decided_in", "opened_by", "opened_at", "incident", "corrects",
})  # fmt: skip


class CommentForm(forms.Form):
    """A remark on a row, or on one of its fields."""

    field = forms.ChoiceField(label=_("About"), required=False, widget=UnfoldAdminSelectWidget)
    text = forms.CharField(
        label=_("Comment"), max_length=4000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "dir": "auto"})
    )

    def __init__(self, row: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["field"]
        field.choices = [("", _("the whole record")), *spoken(row)]


def spoken(row: Any) -> list[tuple[str, Any]]:
    """The fields of a row that people speak about, with their names."""
    return [
        (column.name, capfirst(column.verbose_name))
        for column in row._meta.fields
        if column.name not in UNSPOKEN and not column.name.endswith(("_earliest", "_latest"))
    ]


@dataclass(frozen=True, slots=True)
class Discussion:
    """What a page shows of the remarks on its row."""

    remarks: list[tuple[Comment, Any]]
    form: CommentForm | None
    unresolved: int
    step: str


def of(request: HttpRequest, row: Any) -> Discussion:
    """The remarks on a row, and the form for another where this person may remark."""
    names = dict(spoken(row))
    said = list(Comment.objects.about(row).select_related("author", "resolved_by"))
    may = request.user.has_perm("incidents.add_comment")
    return Discussion(
        remarks=[(one, names.get(one.field, one.field)) for one in said],
        form=CommentForm(row) if may else None,
        unresolved=sum(one.resolved_at is None for one in said),
        step=f"admin:{row._meta.app_label}_{row._meta.model_name}_settle",
    )


@require_POST
def comment_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Say something of a row."""
    row = _row(request, object_id, model_admin)
    form = CommentForm(row, request.POST)
    if form.is_valid():
        try:
            discussion.comment(row, **form.cleaned_data, by=request.user, at=timezone.now())  # type: ignore[arg-type]  # logged in
        except (ValidationError, PermissionDenied) as refused:
            messages.error(request, told(refused))
    else:
        messages.error(request, " ".join(str(message) for errors in form.errors.values() for message in errors))
    return redirect(f"{model_admin.address('change', row.pk)}#discussion")


@require_POST
def settle_view(request: HttpRequest, object_id: str, comment: int, verb: str, model_admin: Any) -> HttpResponse:
    """Resolve a remark, or take it up again."""
    row = _row(request, object_id, model_admin)
    said = get_object_or_404(Comment.objects.about(row), pk=comment)
    deed = {"resolve": discussion.resolve, "reopen": discussion.reopen}.get(verb)
    if deed is None:
        raise Http404
    try:
        deed(said, by=request.user, at=timezone.now())  # type: ignore[arg-type]  # logged in
    except PermissionDenied as refused:
        messages.error(request, told(refused))
    return redirect(f"{model_admin.address('change', row.pk)}#discussion")


def urls(model_admin: Any) -> tuple[tuple[str, str, Any], ...]:
    """Where remarks on the rows of a model are made and settled."""
    name = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    return (
        ("<path:object_id>/comment/", f"{name}_comment", comment_view),
        ("<path:object_id>/comment/<int:comment>/<slug:verb>/", f"{name}_settle", settle_view),
    )


def _row(request: HttpRequest, object_id: str, model_admin: Any) -> Any:
    row = model_admin.get_object(request, object_id)
    if row is None:
        raise Http404
    if not model_admin.has_view_permission(request, row):
        raise PermissionDenied
    return row


def colleagues() -> Any:
    """Those who can have an incident in hand: whoever may write, review or publish incidents."""
    rights = ("change_incident", "review_incident", "publish_incident")
    may = Q(groups__permissions__codename__in=rights) | Q(user_permissions__codename__in=rights) | Q(is_superuser=True)
    return User.objects.filter(may, is_active=True).distinct().order_by("username")


@require_POST
def assign_view(request: HttpRequest, object_id: str, model_admin: Any) -> HttpResponse:
    """Give an incident into somebody's hands, or into nobody's."""
    incident: Incident = _row(request, object_id, model_admin)
    wanted = request.POST.get("assignee", "")
    if wanted and not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 19):
        raise Http404
    to = get_object_or_404(User, pk=wanted) if wanted else None
    try:
        discussion.assign(incident, to=to, by=request.user, at=timezone.now())  # type: ignore[arg-type]  # logged in
    except (ValidationError, PermissionDenied) as refused:
        messages.error(request, told(refused))
    else:
        said = _("Assigned to %s.") % to.get_username() if to else _("Assigned to nobody.")
        messages.success(request, said)
    return redirect(model_admin.address("change", incident.pk))
