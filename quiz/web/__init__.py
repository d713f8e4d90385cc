"""Flask, and the pages that people see."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from babel.dates import format_date, format_datetime, format_skeleton
from flask import Flask
from flask_babel import get_locale
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from quiz.domain.day import VIETNAM
from quiz.service.live import answers, joining
from quiz.service.reports.cache import ReportCache
from quiz.service.solo import handle_all
from quiz.store import bank
from quiz.store.bank import Bank
from quiz.store.connect import open_database
from quiz.store.group_commit import GroupCommitQueue
from quiz.web import (
    assets,
    clock,
    db,
    errors,
    form_key,
    labels,
    limits,
    locale,
    page_cache,
    permissions,
    security,
    throttle,
)
from quiz.web.limits import Limits
from quiz.web.participant import classroom, cookie, in_app, pages, quick_exit, solo
from quiz.web.plain import PlainResponses
from quiz.web.scheduler import Scheduler
from quiz.web.secret_key import secret_key
from quiz.web.settings import Settings, make_folder
from quiz.web.staff import (
    account,
    accounts,
    api_keys,
    choosing,
    first_run,
    guide,
    login,
    notices,
    paper,
    reports,
    rooms,
    sessions,
    style_guide,
    waiting,
)

FOR_STAFF = (
    first_run,
    login,
    account,
    accounts,
    rooms,
    choosing,
    paper,
    reports,
    waiting,
    api_keys,
    guide,
)
"""The parts of the application that are for people who are signed in."""


def create_app(settings: Settings, questions: Bank | None = None) -> Flask:
    """Return the application, in the order in which a request meets its parts.

    Without ``questions`` it reads those that come with the package, which takes a second.

    Raises a StoreRefusal if the data folder or the database cannot be used, and FaultyBank if a
    question cannot.
    """
    make_folder(settings)
    built = assets.build(settings.data / "assets")
    app = errors.QuizApp(__name__, static_folder=built.folder, static_url_path="/static")
    app.debug = False  # whatever the environment says: an error page tells nothing of the inside
    app.config.update(
        PROPAGATE_EXCEPTIONS=False,
        SECRET_KEY=settings.secret_key or secret_key(settings.data),
        MAX_CONTENT_LENGTH=limits.LONGEST_BODY_OF_ANYBODY,  # permissions.close allows staff more
        LEAVE_TO=settings.leave_to,
        URL=settings.url,
        LAN_PORT=None,  # set where phones on the same network are let in
        LAN_HOST=None,  # which address they are told; none: the one that is most likely right
        OPERATOR=settings.operator,
        CONTACT=settings.contact,
        SOURCE=settings.source,
        DATABASE=settings.database,
        PROXIES=settings.proxies,
        FIRST_RUN=None,  # set where the first of the staff may be added in the browser
        TEMPLATES_AUTO_RELOAD=settings.development,
        CLOCK=clock.system_clock,
        STEADY_CLOCK=clock.steady_clock,
    )
    app.jinja_env.globals["asset"] = built.url
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_filter(month, "month")
    app.add_template_filter(moment, "moment")
    app.add_template_filter(day, "day")

    locale.init(app)
    labels.init(app)
    cookie.init(app)
    in_app.init(app)
    inside = Limits(app.wsgi_app, settings.hosts, PlainResponses(app), url=settings.url)
    app.extensions["limits"] = inside
    app.wsgi_app = behind_proxies(inside, proxies=settings.proxies)  # type: ignore[method-assign]
    app.extensions["compress"] = Compress(app)
    app.extensions["bank"] = questions or bank.load(bank.CONTENT, today=clock.system_clock().date())
    db.init(app, open_database(settings.database))
    throttle.init(app)
    sessions.init(app)
    notices.init(app)
    permissions.init(app)
    security.init(app)
    page_cache.init(app)
    app.add_template_global(form_key.field, "form_key")
    app.add_template_global(guide.address, "guide_address")
    errors.init(app)
    app.extensions["scheduler"] = scheduler = Scheduler(app)
    app.before_request(scheduler.before_request)
    app.extensions["actions"] = GroupCommitQueue(app.extensions["database"], handle_all)
    app.extensions["joins"] = GroupCommitQueue(app.extensions["database"], joining.join_all)
    app.extensions["answers"] = GroupCommitQueue(
        app.extensions["database"], partial(answers.save_answers, app.extensions["bank"])
    )
    app.extensions["report_cache"] = ReportCache(app.extensions["bank"])
    for part in (pages, solo, quick_exit, classroom, *FOR_STAFF):
        app.register_blueprint(part.bp)
    if settings.development:
        app.register_blueprint(style_guide.bp)
    return app


def behind_proxies(app: Any, *, proxies: int) -> Any:
    """Let an application see who asks for what, as if no proxy and no language stood before it."""
    prefixed = locale.LanguagePrefix(app, locale.languages())
    return ProxyFix(prefixed, x_for=proxies, x_proto=proxies, x_host=proxies)


def month(day: date) -> str:
    """Return month and year in the language of the page."""
    return format_skeleton("yMMMM", day, locale=get_locale())


def day(when: date) -> str:
    """Return a day in the language of the page, with the name or the word of its month."""
    return format_date(when, "long", locale=get_locale())


def moment(when: datetime) -> str:
    """Return a day and a time in Việt Nam, with the day as the names of classes have it."""
    return format_datetime(
        when, f"HH:mm, {labels.NUMERIC_DAY}", tzinfo=VIETNAM, locale=get_locale()
    )
