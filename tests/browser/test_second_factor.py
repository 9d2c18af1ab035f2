"""A head sets an app and a passkey, and signs in with each. Chromium's virtual authenticator is the key."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser.conftest import Windows
from tests.browser.pages import fill_in, main_of, press, told
from tests.browser.test_accessibility import faults_on
from tests.cast import PASSWORD


def plug_in_a_key(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": key})


def password(page: Page, account: str) -> None:
    page.goto("/dang-nhap/")
    fill_in(page, {"Tên đăng nhập": account, "Mật khẩu": PASSWORD})
    page.get_by_role("button", name="Đăng nhập").click()


def sign_out(page: Page) -> None:
    page.goto("/xac-thuc/")
    press(page, "Đăng xuất")


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_a_head_sets_an_app_and_a_key_and_signs_in_with_each(
    windows: Windows, settings: Settings, size: tuple[int, int]
) -> None:
    settings.SECOND_FACTOR = True
    page = windows._new("dept.head.hai-phong").new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    plug_in_a_key(page)
    password(page, "dept.head.hai-phong")
    told(page, "Hãy đặt ứng dụng sinh mã hoặc khóa truy cập")

    main_of(page).get_by_role("link", name="Đặt ứng dụng").click()
    expect(page.locator("svg.kc-qr")).to_be_visible()
    secret = page.locator(".kc-secret").inner_text().replace(" ", "")
    fill_in(
        page, {"Mật khẩu hiện nay": PASSWORD, "Mã sáu số đang hiện trên ứng dụng": pyotp.TOTP(secret).now()}
    )
    press(page, "Đặt ứng dụng")
    expect(page.locator(".kc-codes")).to_be_visible()
    codes = page.locator(".kc-codes code").all_inner_texts()
    assert list(faults_on(page)) == []
    assert len(codes) == 10

    page.goto("/xac-thuc/khoa/")
    fill_in(page, {"Mật khẩu hiện nay": PASSWORD, "Tên gợi nhớ": "Khóa USB ở cơ quan"})
    press(page, "Thêm khóa truy cập")
    told(page, "Đã thêm khóa truy cập.")
    expect(main_of(page)).to_contain_text("Khóa USB ở cơ quan")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow == 0

    sign_out(page)
    password(page, "dept.head.hai-phong")
    assert list(faults_on(page)) == []
    press(page, "Dùng khóa truy cập")
    expect(page.locator(".kc-account")).to_be_visible()

    sign_out(page)
    password(page, "dept.head.hai-phong")
    fill_in(page, {"Mã xác thực": codes[0]})
    press(page, "Tiếp tục")
    expect(page.locator(".kc-account")).to_be_visible()
