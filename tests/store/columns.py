"""Every column that there is."""

COLUMNS = {
    "staff": "id email role disabled password totp totp_step",
    "recovery_code": "id staff",
    "staff_session": "id staff begun seen complete",
    "invitation": "id staff expires",
    "api_token": "id name day staff used",
    "event": "id day what about staff",
    "edition": "question revision source",
    "room": (
        "id facilitator colleague name mode phase paired theme questions revisions projector"
        " province chapter expected told_optional told_parents knows_disclosure code stage position"
        " step version day opened locked wifi_name wifi_password rehearsal batch people"
    ),
    "own_set": "id facilitator name questions",
    "used_form": "id day room",
    "reveal": "room question step people taken right_people",
    "reveal_option": "room question step option count",
    "paper_count": "room question option count",
    "attempt": "id day room theme language questions position finished seen",
    "answer": "attempt question revision chosen score",
    "batch": "id source phase language month people released number withheld province chapter"
    " paired pool simulated",
    "cell": "batch question revision answers points released pooled",
    "option_tally": "batch question revision option count",
    "question_tally": "batch question revision score count",
    "rest_tally": "batch question revision option score people rest_sum rest_square_sum",
    "item_unit": "id question revision simulated people discrimination",
    "item_unit_option": "unit option correlation",
    "alembic_version": "version_num",
}
