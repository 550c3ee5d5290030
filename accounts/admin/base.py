"""What every page of the admin has in common: writes with a person and a time, refusals in words, real history."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models.functions import Concat
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.paginator import InfinitePaginator

from accounts import desk
from accounts.admin import columns
from accounts.admin.forms import RefusableForm, Refused, refusable, web_link
from accounts.admin.pages import FormPages
from accounts.attribution import attributed
from accounts.folding import Fold
from accounts.models import HistoryEntry
from accounts.refusals import explained
from accounts.seen import seen, seen_rows, sees_all
from accounts.versions import difference, require_unchanged, versions

Column = TypeVar("Column", bound=Callable[..., Any])


def _refusals(request: HttpRequest) -> Any:
    return getattr(request, "refusals", {})


def telling(form: Any, request: HttpRequest) -> Any:
    """The form class, told who fills it in, and what was refused when this request's values were written."""
    told = {"refusals": _refusals(request), "by": request.user, "__module__": form.__module__}
    return type(form.__name__, (form,), told)


class RegisterAdmin(FormPages, ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Reads freely, writes through services. Nothing is deleted in bulk; history comes from the database's own."""

    form = RefusableForm
    show_full_result_count = False
    list_per_page = 50
    list_fullwidth = True
    compressed_fields = False
    change_form_before_template = "admin/sijil/version.html"
    list_before_template = "admin/sijil/above_list.html"
    paginator = InfinitePaginator
    export_listed: Callable[..., HttpResponseBase] | None = None  # given by the room that exports
    export_formats: tuple[str, ...] = ()
    change_form_show_cancel_button = True
    warn_unsaved_form = True
    folded_search: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        """The rows that this person may see: lists, choices, pages and histories are made of these."""
        return seen(super().get_queryset(request), request.user)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What would go with these rows, or keeps them; nothing of it by name where something may be withheld."""
        gone, counts, needed, kept = super().get_deleted_objects(objs, request)
        return (
            (gone, counts, needed, kept)
            if sees_all(request.user)
            else ([], {}, needed, [_("something that is withheld from you")] if kept else [])
        )

    def get_list_display(self, request: HttpRequest) -> Any:
        return columns.told(self.model, super().get_list_display(request))

    def get_list_select_related(self, request: HttpRequest) -> Any:
        """Also what the columns refer to, which Django reads along only where it fills them itself."""
        given = super().get_list_select_related(request)
        return (
            given or [name for name in super().get_list_display(request) if columns.refers(self.model, name)] or given
        )

    @staticmethod
    def is_sent(request: HttpRequest) -> bool:
        """Whether a form was sent: what became of the record meanwhile is then for the service to say, in words, and
        what was typed comes back."""
        return request.method == "POST"

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row, with the version it has; read before the row, so that it is never newer than what is shown."""
        seen = HistoryEntry.objects.latest_of(self.opts.db_table, object_id)
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.seen_version = seen
        return row

    @property
    def readonly_preprocess_fields(self) -> dict[str, Any]:
        """Unfold's way to have the last word on what is only shown: addresses."""
        return {field.name: web_link for field in self.opts.concrete_fields if isinstance(field, models.URLField)}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """As ever; what is refused on writing is undone whole and shown in the same form, filled in as it was."""
        try:
            with explained():
                return super().changeform_view(request, object_id, form_url, dict(extra_context or {}))
        except Refused as refused:
            request.refusals = {refused.prefix: refused.error}  # type: ignore[attr-defined]
        except ValidationError as error:  # refused at commit
            request.refusals = {"": error}  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, dict(extra_context or {}))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """As ever, with the lists that this person keeps; an action on what is no key of a row is refused in words."""
        user: Any = request.user
        above = {
            "saved_lists": desk.saved_lists(user, self.opts.label_lower),
            "list_query": desk.tidy(request.META.get("QUERY_STRING", "")),
            "list_exports": self.export_formats,
        }
        try:
            response = super().changelist_view(request, {**above, **(extra_context or {})})
        except (ValidationError, ValueError) as error:
            if request.method != "POST":
                raise
            messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
            return redirect(request.get_full_path())
        search = getattr(request, "search", None)
        context = response.context_data if isinstance(response, TemplateResponse) else None
        if search is not None and context is not None and "cl" in context:
            context["media"] += search.media
        return response

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path("saved/", view(self.save_list_view), name=f"{name}_save_list"),
            path("saved/<int:key>/forget/", view(self.forget_list_view), name=f"{name}_forget_list"),
        ]
        if self.export_listed is not None:
            own.append(path("export/<slug:form>/", view(self.export_view), name=f"{name}_export_list"))
        return [*own, *super().get_urls()]

    def save_list_view(self, request: HttpRequest) -> HttpResponse:
        """Keep the list as it is searched and filtered, under a name of this person's own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        query = desk.tidy(request.POST.get("query", ""))
        user: Any = request.user
        try:
            desk.save_list(by=user, list_name=self.opts.label_lower, name=request.POST.get("name", ""), query=query)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(f"{self.address('changelist')}?{query}")

    def forget_list_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Keep a list no longer."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        desk.forget_list(by=request.user, key=key)  # type: ignore[arg-type]  # logged in
        return redirect(self.address("changelist"))

    def export_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Exactly what the list shows, over all its pages, as a file."""
        if not self.has_view_permission(request) or self.export_listed is None:
            raise PermissionDenied
        if form not in self.export_formats:
            raise Http404
        asked = request.GET
        without: Any = asked.copy()
        without.pop("confirmed", None)  # a list does not know the word
        request.GET = without
        try:
            listed = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters as error:
            raise Http404 from error
        request.GET = asked
        return self.export_listed(request, listed, form)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return telling(super().get_form(request, obj, change=change, **kwargs), request)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """In either script: by the queryset's own ``matching``, else by the folded columns."""
        text = search_term.replace("\x00", "").strip()
        if not text or not (self.folded_search or hasattr(queryset, "matching")):
            return queryset, False
        if hasattr(queryset, "matching"):
            return queryset.matching(text), False
        parts = [part for name in self.folded_search for part in (name, models.Value(" "))]
        searched = Fold(Concat(*parts, output_field=models.TextField()))
        return queryset.annotate(folded=searched).filter(folded__contains=Fold(models.Value(text))), False

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        try:
            with explained():
                return super().delete_view(request, object_id, extra_context)
        except (Refused, ValidationError) as refused:
            error = refused.error if isinstance(refused, Refused) else refused
            messages.error(request, " ".join(error.messages))
            return redirect(self.address("change", object_id))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed what, when and why, as the database's triggers kept it."""
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        chosen = [request.GET.get(name, "") for name in ("older", "newer")]
        compared = None
        if all(one.isascii() and one.isdecimal() and len(one) < 19 for one in chosen):
            older, newer = sorted(int(one) for one in chosen)
            try:
                compared = {"older": older, "newer": newer, "changes": difference(row, older, newer, by=request.user)}
            except LookupError:
                messages.error(request, _("Choose two versions of this record."))
        elif any(chosen):
            messages.error(request, _("Choose two versions of this record."))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %s") % row,
            "compared": compared,
            "opts": self.opts,
            "original": row,
            "versions": versions([row, *seen_rows(self.kept_with(row), request.user)], by=request.user),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/sijil/history.html", context)

    def kept_with(self, row: Any) -> Iterable[models.Model]:
        """Rows whose history is read together with this one's."""
        return ()

    def address(self, page: str, *args: Any) -> str:
        """The address of one of this model's pages: changelist, add, change …"""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def after_saving(self, obj: Any) -> str:
        """Where whoever saved goes on, if it is not the list."""
        return ""

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        address = self.after_saving(obj)
        return redirect(address) if address else super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        address = self.after_saving(obj)
        return redirect(address) if address else super().response_post_save_change(request, obj)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """By the row as its service wrote it."""
        obj.refresh_from_db()
        return super().response_add(request, obj, post_url_continue)  # type: ignore[no-any-return]

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """By the row as its service wrote it."""
        obj.refresh_from_db()
        return super().response_change(request, obj)  # type: ignore[no-any-return]

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        """The database keeps the history."""
        return []

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The database keeps the history."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The database keeps the history."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """The database keeps the history."""


class ReferenceAdmin(RegisterAdmin):
    """A table of terms, which has no service: what is written carries its person, its time and its reason."""

    permanent: tuple[str, ...] = ("code",)
    folded_search: tuple[str, ...] = ("code", "label", "label_ar")
    search_fields = ("code",)  # shows the field; get_search_results does the work

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(self.permanent if obj is not None else ()))

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: Any) -> None:
        with refusable(form), self.attributed(request, change=bool(change)):
            if change:
                type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
                require_unchanged(obj, form.cleaned_data.get("version"))
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        with refusable(form), self.attributed(request, change=bool(change)):
            super().save_related(request, form, formsets, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with attributed(by=request.user, at=timezone.now(), why="deleted"):  # type: ignore[arg-type]  # logged in
            super().delete_model(request, obj)

    def attributed(self, request: HttpRequest, *, change: bool) -> Any:
        why = f"{self.opts.verbose_name} {'changed' if change else 'recorded'}"
        return attributed(by=request.user, at=timezone.now(), why=why)  # type: ignore[arg-type]  # logged in


class ReadOnlyAdmin(RegisterAdmin):
    """Of what the machine wrote, and nobody edits."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TellingInline:
    """An inline whose rows show what was refused when they were written."""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]  # a mixin before unfold's inlines
        formset.form = telling(formset.form, request)
        return formset


class StackedRows(TellingInline, StackedInline):  # type: ignore[misc]  # unfold ships no types
    form = RefusableForm
    template_before = "admin/sijil/rows_refused.html"
    add_text: Any = ""  # what the button for one more says; the theme's own words where it is empty
    extra = 0


class TabularRows(TellingInline, TabularInline):  # type: ignore[misc]  # unfold ships no types
    form = RefusableForm
    extra = 0


def form_page(
    model_admin: Any,
    request: HttpRequest,
    row: Any,
    form: Any,
    title: Any,
    *,
    seen: int | None = None,
    meaning: Any = "",
) -> HttpResponse:
    """A page with one small form about a row; ``seen`` is the version of the row on which is decided."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "original": row,
        "form": form,
        "version": seen,
        "meaning": meaning,
        "media": model_admin.media + form.media,
        "back": model_admin.address("change", row.pk),
    }
    return TemplateResponse(request, "admin/sijil/form_page.html", context)


def day(moment: dt.datetime | None) -> str:
    """A day as a list shows it, in one piece and in either direction of writing."""
    return format_html('<time dir="ltr" class="sj-day">{}</time>', f"{moment:%Y-%m-%d}") if moment else "—"


def isolated(text: str) -> str:
    """Text as it stands, its order untouched by the direction of the page: 21–23 and never 23–21."""
    return format_html("<bdi>{}</bdi>", text)


def display(description: Any, *, order: str | None = None) -> Callable[[Column], Column]:
    """A column of a list: its heading, and the column of the database by which it may be sorted."""
    return admin.display(description=description, ordering=order)
