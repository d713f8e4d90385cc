"""What the scheduler does when several classes close at once."""

from threading import Thread

from quiz.store.refusals import DatabaseBusy


def test_a_class_that_closes_while_another_is_scrubbed_is_scrubbed_too(app, monkeypatch):
    scheduler, database = app.extensions["scheduler"], app.extensions["database"]
    events = []

    def close_another():
        with app.app_context():
            events.append("closed")
            scheduler.scrub()

    def scrub_deleted():
        if events and not events[-1].startswith("scrubbed"):
            raise DatabaseBusy(database.path)  # the first one still holds the file
        events.append("scrubbing")
        if len(events) == 1:
            other = Thread(target=close_another)
            other.start()
            other.join()
        events.append("scrubbed")

    monkeypatch.setattr(database, "scrub_deleted", scrub_deleted)
    with app.app_context():
        scheduler.scrub()
    assert events == ["scrubbing", "closed", "scrubbed", "scrubbing", "scrubbed"]


def test_what_could_not_be_scrubbed_is_tried_again_with_the_next_jobs(app, monkeypatch):
    scheduler, database = app.extensions["scheduler"], app.extensions["database"]
    outcomes = [DatabaseBusy(database.path), None]

    def scrub_deleted():
        if outcome := outcomes.pop(0):
            raise outcome

    monkeypatch.setattr(scheduler, "run_daily_jobs", lambda: None)
    monkeypatch.setattr(database, "scrub_deleted", scrub_deleted)
    with app.app_context():
        scheduler.scrub()
        scheduler.run_due_jobs()
        scheduler.run_due_jobs()
    assert outcomes == []
