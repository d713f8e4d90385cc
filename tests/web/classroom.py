"""Phones that join a class and answer in it."""


def join(phone, code):
    phone.visit("/j")
    phone.send(phone.find("main form"), {"code": code, "do": "code"})
    return phone.press("join")


def answer_all(phones, *chosen):
    for phone in phones:
        phone.visit("/r").press("answer", a=list(chosen))


CHOICE = "abd-authority-order-a"
