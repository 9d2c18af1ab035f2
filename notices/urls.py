from django.urls import path

from notices.views import calendar, choices, notices

urlpatterns = [
    path("thong-bao/", notices.notice_list, name="notice_list"),
    path("thong-bao/chuong/", notices.bell_count, name="bell_count"),
    path("thong-bao/da-doc/", notices.read_all, name="notices_read_all"),
    path("thong-bao/<int:pk>/", notices.open_notice, name="notice"),
    path("thong-bao/<int:pk>/da-doc/", notices.read_one, name="notice_read"),
    path("thong-bao/cach-nhan/", choices.my_choices, name="notice_choices"),
    path("thong-bao/cach-nhan/thu/", choices.next_letter, name="next_letter"),
    path("thong-bao/cach-nhan/thu/<int:pk>/", choices.letter, name="letter"),
    path("thong-bao/lich/", calendar.calendars, name="calendars"),
    path("thong-bao/lich/moi/", calendar.new_calendar, name="calendar_new"),
    path("thong-bao/lich/<int:pk>/thu-hoi/", calendar.revoke_calendar, name="calendar_revoke"),
    path("thong-bao/lich/han.ics", calendar.download, name="calendar_download"),
    path("lich/<str:secret>.ics", calendar.feed, name="calendar_feed"),
]
