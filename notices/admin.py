"""The operator's view of the outbox: what goes out, what does not and why. Not what stands in a letter."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin_site import OperatorAdmin, operator_of, site
from notices.models import Mail, Reader
from notices.sending import send_again
from notices.services import forget_refusal


@admin.register(Mail, site=site)
class MailAdmin(OperatorAdmin):
    """Read only. A letter belongs to its reader, who sees it among his own; the operator sees its way."""

    fields = (
        "person",
        "address",
        "subject",
        "state",
        "attempts",
        "reason",
        "created_at",
        "next_try",
        "sent_at",
    )
    list_display = ("created_at", "person", "address", "state", "attempts", "reason", "sent_at")
    list_filter = ("state",)
    list_select_related = ("person",)
    search_fields = ("address", "person__full_name", "reason")
    ordering = ("-pk",)
    actions = ["send_again"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.action(description="Gửi lại thư không gửi được hoặc không rõ", permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        count = sum(send_again(mail.pk) for mail in queryset)
        messages.success(request, f"Đã đưa {count} thư vào hàng chờ gửi lại.")


@admin.register(Reader, site=site)
class ReaderAdmin(OperatorAdmin):
    """Whose address takes no letter, and why."""

    fields = ("person", "refused_address", "refused_reason")
    list_display = ("person", "address_now", "refused_address", "refused_reason")
    list_select_related = ("person",)
    search_fields = ("person__full_name", "refused_address")
    ordering = ("-refused_address", "person__full_name_sort")
    actions = ["try_again"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.display(description="địa chỉ hiện nay")
    def address_now(self, row: Reader) -> str:
        return row.person.email or "chưa có"

    @admin.action(description="Gửi thư lại tới địa chỉ bị từ chối", permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Reader]) -> None:
        assert operator_of(request) is not None
        for reader in queryset.select_related("person"):
            forget_refusal(reader.person)
        messages.success(request, "Thư sẽ lại được gửi tới các địa chỉ đã chọn.")
