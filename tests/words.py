"""Words that no printed page may hold."""

import re
import unicodedata

# A title, an address or a file name must not tell somebody looking over a shoulder. No accents,
# because addresses and file names are read so too.
LOUD = re.compile(
    r"\b(bao luc|bao hanh|quay roi|xam hai|lam dung|hiep dam|cuong hiep|tinh duc|khoa than|anh nong"
    r"|nhay cam|tong tien|de doa|doa dam|doa nat|bat coc|bat giu|mua ban nguoi|buon nguoi|ban nguoi"
    r"|lua dao|lua gat|lua tinh|ke lua|gia danh|mao danh|to cao|to giac|nan nhan|thu pham|nghi pham"
    r"|thoat|tron|bo tron|chay tron|bo chay|cau cuu|khan cap|nguy hiem|nguy co|cong an|canh sat"
    r"|theo doi|rinh rap|nghe len|gian diep|tan cong|bat nat|bao cao xau|tu tu|tu hai|ly hon"
    r"|nha tam lanh|duong day nong|bi mat|phong chong|roi khoi|xoa dau vet|an danh|hoi phuc"
    r"|sang chan|danh dap|ghen tuong|kiem soat|cuong ep|ep buoc|chup len|phat tan|lo anh"
    r"|violence|violent|abus\w*|harass\w*|assault\w*|rape\w*|sex\w*|porn\w*|nude\w*|naked"
    r"|blackmail\w*|extort\w*|kidnap\w*|abduct\w*|traffick\w*|victim\w*|survivor\w*|escap\w*|exit"
    r"|flee|hid(e|ing)|danger\w*|emergency|sos|police|threat\w*|stalk\w*|spy\w*|scam\w*|fraud\w*"
    r"|phish\w*|hack\w*|secret\w*|suicid\w*|self-harm|divorc\w*|shelter\w*|hotline|domestic"
    r"|bull(y|ied|ying)|groom\w*|predator\w*|p(a)?edo\w*|leak\w*|revenge|anonym\w*"
    r"|attack\w*|coerc\w*|jealous\w*|trauma\w*|hurt\w*|offend\w*|perpetrator\w*|crim(e|inal)\w*"
    r"|gender|feminis\w*|women|girls?|phu nu|nu gioi|gioi tinh)\b"
)


def is_loud(words: str) -> bool:
    """Whether words tell what this is about, with or without accents."""
    plain = unicodedata.normalize("NFD", words.lower().replace("đ", "d"))
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return bool(LOUD.search(re.sub(r"[/_.=&?-]+", " ", kept)))
