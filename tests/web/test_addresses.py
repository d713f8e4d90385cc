"""Links and walls bear the address that others can open."""

import pytest

from quiz.web import network

WARNING = "Điện thoại không mở được địa chỉ này"


def link_for(admin, email):
    admin.visit("/people")
    admin.send(admin.find("main form"), {"email": email, "role": "facilitator"})
    return admin.text


@pytest.mark.parametrize(
    ("config", "site"),
    [
        ({"URL": "https://quiz.example:8443"}, "https://quiz.example:8443"),
        ({"LAN_PORT": 8123}, f"http://{network.host()}:8123"),
        ({"LAN_PORT": 8123, "LAN_HOST": "10.42.0.1"}, "http://10.42.0.1:8123"),
        ({"LAN_PORT": 8123, "URL": "https://quiz.example"}, "https://quiz.example"),
        ({}, "http://localhost"),
    ],
)
def test_every_address_that_is_handed_on_is_one_that_others_open(
    app, make_staff, open_room, teacher, config, site
):
    app.config.update(config)
    open_room()
    join = f"{site}/j".partition("://")[2]
    assert join in teacher.visit("/rooms/1/wall").text
    assert WARNING not in teacher.text, "the wall is for the class"
    assert join in teacher.visit("/rooms/1").text
    assert (WARNING in teacher.text) == (not config)
    admin = make_staff("admin")
    assert f"{site}/invitation/" in link_for(admin, "mai@example.org")
    admin.visit("/keys").send(
        admin.find("main form"), {"name": "Bảng", "current": admin.password, "do": "make"}
    )
    assert f"{site}/api/report.json" in admin.text
