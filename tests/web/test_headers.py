"""The headers of every response, whatever becomes of it."""

from dataclasses import replace

import pytest
from werkzeug.routing import Rule

from quiz.web import create_app, permissions
from tests.proof import FULL
from tests.shipped import shipped_bank
from tests.web.headers import check_headers

pytestmark = pytest.mark.slow

METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"]


def addresses(app):
    """Return every address, in both languages, and some that are none."""
    known = [address(app, rule) for rule in app.url_map.iter_rules()]
    return [*known, *(f"/en{each}" for each in known), "/no-such-page", "/en/no-such-page"]


def address(app, rule: Rule) -> str:
    return app.jinja_env.globals["asset"]("site.css") if rule.endpoint == "static" else rule.rule


@pytest.mark.parametrize(
    ("method", "https"),
    [
        *((method, False) for method in METHODS),
        *((method, True) for method in (METHODS if FULL else ("GET", "POST"))),
    ],
)
def test_every_response_has_them(app, method, https):
    base = "https://localhost" if https else "http://localhost"
    for path in addresses(app):
        response = app.test_client().open(path, method=method, base_url=base)
        assert response.status_code < 500, path
        assert method != "TRACE" or response.status_code >= 400, path
        served = response.status_code == 200
        static = "/static/" in path and served
        landing = path in {"/", "/en/"} and served
        check_headers(response, static=static, landing=landing, https=https)
        response.close()


def test_the_observatory_of_mozilla_would_give_the_best_grade(app):
    """Its table of points (mdn-http-observatory, src/grader/charts.js), for what we send."""
    headers = app.test_client().get("/", base_url="https://localhost").headers
    policy = dict(
        each.strip().partition(" ")[::2] for each in headers["Content-Security-Policy"].split(";")
    )
    assert not any("unsafe" in sources or "data:" in sources for sources in policy.values())
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    max_age = int(headers["Strict-Transport-Security"].partition(";")[0].partition("=")[2])
    points = {
        "default-src is none, and forms stay here": (
            policy["default-src"] == "'none'" and policy["form-action"] in {"'none'", "'self'"},
            10,
        ),
        "no cookie to judge": ("Set-Cookie" not in headers, 0),
        "referrer": (headers["Referrer-Policy"] == "same-origin", 5),
        "six months of HTTPS": (max_age >= 15_768_000, 0),
        "frame-ancestors": (policy["frame-ancestors"] == "'none'", 5),
        "resource policy": (headers["Cross-Origin-Resource-Policy"] == "same-origin", 10),
    }
    assert [name for name, (holds, _points) in points.items() if not holds] == []
    without_redirect = -20  # from HTTP to HTTPS is the business of the proxy in front
    assert 100 + sum(more for _holds, more in points.values()) + without_redirect >= 100


def test_errors_have_them_too(app, phone, monkeypatch):
    @app.get("/broken")
    def broken():
        raise RuntimeError("a secret of the inside")

    monkeypatch.setitem(permissions.PAGES, "broken", permissions.EVERYBODY)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    response = app.test_client().get("/broken")
    assert response.status_code == 500
    check_headers(response)
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert "Có trục trặc ở phía chúng tôi." in response.text
    english = app.test_client().get("/en/broken")
    assert "Something went wrong on our side." in english.text

    too_long = app.test_client().post("/a", data={"a": "x" * 100_000})
    assert too_long.status_code == 413
    check_headers(too_long)


def test_only_posts_change_things_and_one_path_that_leaves(app):
    for rule in app.url_map.iter_rules():
        assert rule.methods <= {"GET", "HEAD", "OPTIONS"} or rule.methods <= {"POST", "OPTIONS"}


def test_a_page_that_nobody_opened_is_closed(app):
    @app.get("/forgotten")
    def forgotten():
        return "something"

    assert app.test_client().get("/forgotten").status_code == 404


@pytest.mark.parametrize("path", ["/a", "/s"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["no header", "own site", "other site"],
)
def test_a_form_that_is_not_ours_is_refused(phone, path, headers):
    response = phone.client.post(path, data={"theme": "mixed", "do": "begin"}, headers=headers)
    assert response.status_code == 403
    check_headers(response)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_form_of_ours_on_another_site_is_refused(phone, site):
    phone.visit("/s")
    phone.send(phone.find("main form"), {"theme": "mixed"}, headers={"Sec-Fetch-Site": site})
    assert phone.status == 403


@pytest.mark.usefixtures("lan")
@pytest.mark.parametrize("path", ["/s", "/j", "/sign-in"])
@pytest.mark.parametrize(
    ("origin", "accepted"),
    [
        ("http://localhost", True),
        (None, True),  # browsers before 2020
        ("http://evil.lan", False),
        ("http://localhost:8080", False),
        ("https://localhost", False),
        ("http://localhost.evil.lan", False),
        ("null", False),  # of a site that hides its origin
        ("", False),
    ],
)
def test_a_form_comes_from_our_own_origin(phone, path, origin, accepted):
    """Over plain HTTP no browser sends Sec-Fetch-Site, and these forms belong to nobody."""
    phone.visit(path)
    form = phone.find("main form")
    phone.send(form, {}, headers={"Origin": origin} if origin is not None else {})
    assert (phone.status != 403) is accepted


def test_the_token_of_somebody_else_does_not_work(make_phone):
    mine, hers = make_phone().start(), make_phone().start()
    form = mine.form_of(mine.find('button[value="skip"]'))
    hers.send(form, {"do": "skip"})
    assert hers.status == 403


@pytest.mark.parametrize("https", [False, True])
def test_the_one_cookie(make_phone, https):
    phone = make_phone(https=https)
    for path in (
        "/",
        "/en/",
        "/s",
        "/help",
        "/notes",
        "/about",
        "/sources",
        "/accessibility",
        "/a",
        "/no-such-page",
    ):
        phone.open(path)
        assert "Set-Cookie" not in phone.response.headers
    form = phone.visit("/s").find("main form")
    phone.send(form, {"theme": "mixed"}, headers={"Quiz-Send": "1"})
    cookie = phone.response.headers["Set-Cookie"]
    name = "__Host-s=" if https else "s="
    assert cookie.startswith(name)
    assert ("Secure" in cookie) == https
    for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    for part in ("Domain", "Max-Age", "Expires"):
        assert part not in cookie


def test_hosts_that_were_not_named_are_refused(settings):
    app = create_app(replace(settings, hosts=("quiz.example",)), shipped_bank())
    assert app.test_client().get("/", base_url="http://quiz.example").status_code == 200
    assert app.test_client().get("/", base_url="http://evil.example").status_code == 421
    app.extensions["database"].close()


def test_forwarded_headers_are_believed_only_from_a_proxy_of_ours(app):
    response = app.test_client().get("/", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" not in response.headers
