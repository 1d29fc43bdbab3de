#!/usr/bin/env python3
"""Writes the registers of Riverbend, a hospital that is made up: Python and its standard library only.

    make.py OUT [--systems N] [--keys FILE]

OUT gets systems.csv (120 systems, or N), agreements.csv (14), policies.csv (11) and safeguards.csv. FILE has the check
values of the keys that ceremonies made, one a line; the systems that have a key take them in turn. Without it no system
has one, and nothing else is different. The same call always writes the same bytes, and the first systems are the same
however many there are: a test that is about one of them can name it.

Agreements and policies are placed around 2026-11-30: some end or are due the day before, that day, and on both sides
of 7, 30 and 90 days, since those are the places where somebody counts wrong.
"""
import argparse, csv, hashlib, pathlib, random, re
from datetime import date, timedelta

SYSTEMS = ("id name sort owner vendor data where-data where-key accepted encryption key custody "
           "control cost exit incident expertise risk because approver review agreement").split()
AGREEMENTS = ("id party provider generates stores backs-up rotates destroys notify-hours audit-logs "
              "signed expires").split()
POLICIES = "id title version sha256 approver effective review ended scripts".split()
SAFEGUARDS = "citation decision reason alternative by evidence".split()
WORKSHEET = "control cost exit incident expertise risk".split()

# Nine, with what parsers and tables stumble over in a name: a comma, quotes, accents, an ampersand, an apostrophe.
HALVREN, OBRISK, TESSALUNE, QUORVEX, MIREFOLD, PELLANDRINE, BRANNOCH, VELKARITH, ZYNDREL = VENDORS = [
    "Halvren Clinical Systems", "Obrisk Imaging", "Tessalune Laboratórios", "Quorvex Devices", "Mirefold Records",
    "Pellandrine Care, Inc.", "Brannöch & Söhne", 'Velkarith "Vitals" Ltd.', "Zyndrel's Telehealth"]

MAKERS = {
    "ehr": [HALVREN, MIREFOLD, PELLANDRINE], "pacs": [OBRISK, BRANNOCH], "laboratory": [TESSALUNE, BRANNOCH],
    "device": [QUORVEX, VELKARITH, BRANNOCH, OBRISK], "saas": [MIREFOLD, ZYNDREL, PELLANDRINE],
    "iaas": ["none", MIREFOLD], "other": ["none", "none", HALVREN, ZYNDREL],
}
CLOUDS = {
    "aws": ["aws account riverbend-clinical", "aws account riverbend-archive, second region",
            "aws account riverbend-web"],
    "azure": ["azure subscription riverbend-imaging", "azure subscription riverbend-office"],
    "google": ["google project riverbend-research", "google project riverbend-registry"],
    "other": ["other cloud, tenancy riverbend-backup", "other cloud, tenancy riverbend-speech"],
}
SITES = ["Main campus, server room 1", "Main campus, server room 2", "East clinic, cabinet 7", "Data centre A, rack 12",
         'Data centre B, cage "North"', "Réserve de l'aile sud, armoire 3"]
MODULES = ["HSM in server room 1", "HSM in data centre B", "HSM at the East clinic, cabinet 2"]
MANAGERS = ["External key manager, Main campus", "External key manager, data centre B"]

AREAS = ["Cardiology", "Radiology", "Neonatal intensive care", "Emergency department", "Oncology", "Maternity",
         "Operating rooms", "Pharmacy", "Blood bank", "Pathology", "Dialysis", "Endoscopy", "Rehabilitation",
         "Admissions, discharges", "Sleep laboratory", "Pédiatrie", "Cirugía mayor", "Łóżka, oddział B", "Gynækologi",
         "מרפאת עיניים", "חדר מיון", "قسم الأشعة", "عيادة القلب"]
THINGS = {
    "ehr": ["patient record", "order entry", 'chart "read only" copy', "medication record"],
    "pacs": ["image archive", "viewer, diagnostic", "image exchange"],
    "laboratory": ["analyser middleware", "result reporting", "sample tracking"],
    "device": ["infusion pump gateway", "bedside monitor", "ventilator", "ultrasound cart",
               "dose recorder, ceiling mount"],
    "saas": ["appointment booking", "video visits", "patient survey", "letters, dictated"],
    "iaas": ["backup store", "analysis cluster", "web front end"],
    "other": ["badge printer", "file share", "queue display", 'spreadsheet "of last resort"', "menu planning"],
}
OWNERS = ["Clinical engineering", "Imaging services", "Laboratory services", "Health records", "IT operations",
          "Pharmacy, inpatient", 'Nursing ("floor 4")', "Soins intensifs", "Kvinneklinikken", "הנדסה רפואית",
          "تقنية المعلومات", "Research office"]
# Family names that nobody has, so that no row can be read as being about a person.
APPROVERS = ["T. Quillmarch", "Dr. É. Vasshöld", "O. Tabrickson, CISO", 'M. "Mo" Fennwarrow', "ד״ר נ. אלמגרין"]

DATA = {
    "ehr": ["ephi"] * 9 + ["limited-data-set"], "pacs": ["ephi"] * 8 + ["de-identified"],
    "laboratory": ["ephi"] * 7 + ["limited-data-set", "de-identified"],
    "device": ["ephi"] * 6 + ["limited-data-set", "no-ephi", "no-ephi"],
    "saas": ["ephi"] * 5 + ["limited-data-set", "de-identified", "no-ephi"],
    "iaas": ["ephi"] * 4 + ["limited-data-set", "de-identified", "no-ephi"],
    "other": ["no-ephi"] * 5 + ["ephi", "ephi", "de-identified"],
}
SORTS = (["device"] * 34 + ["saas"] * 16 + ["other"] * 14 + ["iaas"] * 12 + ["ehr"] * 8 + ["pacs"] * 8
         + ["laboratory"] * 8)
ENCRYPTION = ["verified"] * 10 + ["said"] * 5 + ["unknown"] * 3 + ["unencrypted"] * 3
IN_CLOUD = ["byok"] * 8 + ["customer-managed"] * 5 + ["provider-managed"] * 5 + ["external"] * 2 + ["undecided"]
ON_SITE = ["customer-managed"] * 13 + ["provider-managed"] * 2 + ["external"] * 2 + ["undecided"] * 3
# How many of twenty systems with this custody name a key.
NAMES_KEY = {"byok": 19, "customer-managed": 16, "external": 9, "provider-managed": 0, "undecided": 0}

ANSWERS = {
    "customer-managed": {
        "control": ["Only we can use or destroy the key.", 'Ours, "end to end".'],
        "cost": ["One HSM pair, shared with nine other systems.", "Staff time, about two days a year."],
        "exit": ["Nothing to give back, the key never left.", "We re-encrypt and go."],
        "incident": ["We can stop it within an hour, day or night.", "The on-call crypto officer suspends the key."],
        "expertise": ["Two people trained, a third in March.", "Enough for one system, not for ten."],
        "risk": ["Loss of both sites; backup with five custodians.", "Our own mistakes."],
    },
    "byok": {
        "control": ["We make the key, the cloud uses it.", "Ours to withdraw, theirs to use."],
        "cost": ["A ceremony a year, and a small fee a key.", "About 40 a month, says the cloud's list."],
        "exit": ["Delete the imported material, keep the backup.", "Import it elsewhere from the backup."],
        "incident": ["Key material is deleted, the service stops at once.", "Disable first, ask later."],
        "expertise": ["A ceremony team of six.", 'The vendor helps ("on weekdays").'],
        "risk": ["The cloud can read while the key is there.", "Import expires, and nobody looks."],
    },
    "provider-managed": {
        "control": ["The provider's alone.", "None of ours, by contract."],
        "cost": ["In the price.", "None beyond the subscription."],
        "exit": ["The data is exported in the clear, then deleted.", "A certificate of deletion, if they write one."],
        "incident": ["We call them, they decide.", "Their hotline, four hours."],
        "expertise": ["None needed here.", "Theirs."],
        "risk": ["Whoever breaks in there has data and key.", "Unknown staff, unknown places."],
    },
    "external": {
        "control": ["Each use asks our key manager.", "Ours, and the service stops without us."],
        "cost": ["A key manager at two sites, with support.", "High: links, licences, people."],
        "exit": ["Switch the link off.", "Nothing stays behind that can be read."],
        "incident": ["Unplug it; the system is down as well.", "Stopped within seconds, by one person on call."],
        "expertise": ["Network and key manager, both day and night.", "Scarce."],
        "risk": ["An outage here is an outage there.", 'The link, and what the vendor calls "caching".'],
    },
}
BECAUSE = {
    "customer-managed": ["Data and key stay on site, so we keep both ends.",
                         "The risk analysis of 2025 asks for it, row 14."],
    "byok": ["We want to be able to end it ourselves, and keep a backup.",
             'Cloud keys "made by others" cannot be backed up here.'],
    "provider-managed": ["The vendor offers nothing else, and the data is few rows.",
                         "Accepted until the contract ends, see the agreement."],
    "external": ["Research partners insist on it, and pay for it.", "Nobody outside may hold it, not even wrapped."],
}
ACCEPTED = [
    "Accepted by the security official on 2026-03-02: the vendor offers no other place, to be replaced in 2028",
    'Accepted by T. Quillmarch, "until the new rack is in"; the room is locked and logged',
    "Accepté par le comité le 2026-05-11, faute de second coffre",
    "אושר על ידי ממונה האבטחה, עד להחלפת המכשיר",
    "The device has one board only; accepted by O. Tabrickson, CISO, with a lock on the cart",
]

TODAY = date(2026, 11, 30)


def day(from_today):
    return (TODAY + timedelta(days=from_today)).isoformat()


def longer(text):
    """Makes each word 40 % longer by doubling its vowels, as a translation does to a layout."""
    def word(match):
        room, letters = (len(match[0]) * 4 + 9) // 10, []
        for letter in match[0]:
            letters.append(letter)
            if room and letter.lower() in "aeiouyéöóíæ":
                letters.append(letter.lower())
                room -= 1
        # Too few vowels, or a script that writes none.
        return "".join(letters) + letters[-1] * room

    return re.sub(r"[^\W\d_]+", word, text)


def named():
    """The systems that are written by hand, each for something that a rule or a table may get wrong."""
    def system(**cells):
        return {column: cells.get(column.replace("-", "_"), "none") for column in SYSTEMS}

    def decided(custody, which=0):
        answers = {column: ANSWERS[custody][column][which] for column in WORKSHEET}
        return dict(answers, custody=custody, because=BECAUSE[custody][which])

    return [
        # Everything as it should be.
        system(id="ehr-main", name="Main patient record", sort="ehr", owner="Health records", vendor=HALVREN, data="ephi",
               where_data="Data centre A, rack 12", where_key="HSM in data centre B", encryption="verified", key="a key",
               **decided("customer-managed"), approver="T. Quillmarch", review=day(120), agreement="BAA-HALVREN"),
        # The same place, letter for letter.
        system(id="pacs-main", name="Image archive, all campuses", sort="pacs", owner="Imaging services", vendor=OBRISK,
               data="ephi", where_data="azure subscription riverbend-imaging",
               where_key="azure subscription riverbend-imaging", accepted=ACCEPTED[0], encryption="verified", key="a key",
               **decided("byok"), approver="O. Tabrickson, CISO", review=day(30), agreement="BAA-AZURE"),
        # The same place, but for case.
        system(id="lab-analysers", name="Analyser middleware", sort="laboratory", owner="Laboratory services",
               vendor=TESSALUNE, data="ephi", where_data="Main campus, server room 2",
               where_key="MAIN CAMPUS, SERVER ROOM 2", accepted=ACCEPTED[1], encryption="verified", key="a key",
               **decided("customer-managed", 1), approver="Dr. É. Vasshöld", review=day(-1), agreement="BAA-TESSALUNE"),
        # The same place, but for a run of spaces.
        system(id="ultrasound-cart-3", name="Ultrasound cart 3", sort="device", owner="Clinical engineering",
               vendor=BRANNOCH, data="ephi", where_data="cart 3,  board 1", where_key="Cart 3, board  1",
               accepted=ACCEPTED[4], encryption="said", **decided("provider-managed"), approver="T. Quillmarch",
               review=day(0), agreement="BAA-BRANNOCH"),
        # Two places of which one begins as the other does: not the same.
        system(id="lab-archive", name="Result archive", sort="laboratory", owner="Laboratory services", vendor=TESSALUNE,
               data="limited-data-set", where_data="Main campus, server room 1",
               where_key="Main campus, server room 1, safe", encryption="verified", key="a key",
               **decided("customer-managed"), approver="Dr. É. Vasshöld", review=day(300), agreement="BAA-TESSALUNE"),
        # Provider-managed, no key of ours.
        system(id="visits", name="Video visits", sort="saas", owner="IT operations", vendor=ZYNDREL, data="ephi",
               where_data="aws account of the vendor", where_key="key service of aws, run by the vendor",
               encryption="verified", **decided("provider-managed", 1), approver="O. Tabrickson, CISO", review=day(90),
               agreement="BAA-ZYNDREL"),
        # External.
        system(id="registry", name="Tumour registry", sort="iaas", owner="Research office", data="limited-data-set",
               where_data="google project riverbend-registry", where_key="External key manager, Main campus",
               encryption="verified", key="a key", **decided("external"), approver="ד״ר נ. אלמגרין", review=day(8),
               agreement="BAA-GOOGLE"),
        # Verified and ours, and no key is named: it does not count as covered.
        system(id="dictation", name="Letters, dictated", sort="saas", owner="Health records", vendor=MIREFOLD, data="ephi",
               where_data="other cloud, tenancy riverbend-speech", where_key="HSM in data centre B",
               encryption="verified", **decided("byok", 1), approver="T. Quillmarch", review=day(31),
               agreement="BAA-OTHER"),
        # A key is named, and nobody has verified anything: it does not count either.
        system(id="orders", name="Order entry", sort="ehr", owner="Pharmacy, inpatient", vendor=PELLANDRINE, data="ephi",
               where_data="aws account riverbend-clinical", where_key="key service of aws, account riverbend-keys",
               encryption="said", key="a key", **decided("byok"), approver="T. Quillmarch", agreement="BAA-AWS-2"),
        # Right to left, from the id to the acceptance.
        system(id="תור-1", name="מערכת תורים למרפאת עיניים", sort="saas", owner="הנדסה רפואית", vendor=ZYNDREL, data="ephi",
               where_data="מרכז נתונים א, ארון 4", where_key="מרכז נתונים א, ארון 4", accepted=ACCEPTED[3],
               encryption="verified", key="a key", **decided("customer-managed"), approver="ד״ר נ. אלמגרין",
               review=day(60), agreement="BAA-ZYNDREL"),
        system(id="نتائج-1", name="نظام نتائج المختبر (v2)", sort="laboratory", owner="تقنية المعلومات", vendor=TESSALUNE,
               data="ephi", where_data="East clinic, cabinet 7", encryption="unknown", custody="undecided"),
        # The longest id that there may be: sixty characters, and more than sixty bytes.
        system(id="Überwachungsmonitore-Intensivstation-Gebäude-Nord-Etage-vier",
               name=longer('Bedside monitors, "north" building, floor four, with central station'), sort="device",
               owner=longer("Clinical engineering"), vendor=VELKARITH, data="ephi", where_data="Floor 4, central station",
               encryption="unencrypted", custody="undecided"),
        # A comma, quotes and an apostrophe in what names the row.
        system(id='OR 4, "left" arm\'s recorder', name='Recorder in the "left" arm, operating room 4', sort="device",
               owner="Clinical engineering", vendor=QUORVEX, data="ephi", where_data="Operating room 4",
               encryption="unencrypted", custody="undecided", risk='Whoever takes it has "everything", so it is chained.',
               agreement="BAA-QUORVEX"),
        # Nothing to protect, and decided nevertheless.
        system(id="menus", name="Menu planning", sort="other", owner='Nursing ("floor 4")', data="no-ephi",
               where_data="Main campus, server room 1", encryption="unencrypted", custody="undecided"),
        # An accented letter in two code points: not to be put together or taken apart on the way.
        system(id="pe\u0301diatrie", name="Dossier de pe\u0301diatrie", sort="ehr", owner="Soins intensifs", vendor=MIREFOLD,
               data="ephi", where_data="Réserve de l'aile sud, armoire 3", where_key="HSM in server room 1",
               encryption="verified", key="a key", **decided("customer-managed", 1), approver="Dr. É. Vasshöld",
               review=day(365), agreement="BAA-MIREFOLD"),
        # De-identified, with the best of keys: it is in no count of ePHI.
        system(id="cohort", name="Cohort for research", sort="iaas", owner="Research office", data="de-identified",
               where_data="google project riverbend-research", where_key="key service of google, project riverbend-keys",
               encryption="verified", key="a key", **decided("byok"), approver="O. Tabrickson, CISO", review=day(200),
               agreement="BAA-GOOGLE"),
    ]


AGREEMENT_OF = {
    HALVREN: "BAA-HALVREN", OBRISK: "BAA-OBRISK", TESSALUNE: "BAA-TESSALUNE", QUORVEX: "BAA-QUORVEX",
    MIREFOLD: "BAA-MIREFOLD", BRANNOCH: "BAA-BRANNOCH", VELKARITH: "BAA-VELKARITH", ZYNDREL: "BAA-ZYNDREL",
    "aws": "BAA-AWS-2", "azure": "BAA-AZURE", "google": "BAA-GOOGLE", "other": "BAA-OTHER",
}


def other_spelling(chance, place):
    """The same place as somebody else would type it."""
    return chance.choice([place, place, place.upper(), place.replace(" ", "  "), place.swapcase()])


def some_system(chance, number):
    one = chance.choice
    sort = one(SORTS)
    name = f"{one(AREAS)} {one(THINGS[sort])} {number}"
    vendor = "none" if chance.random() < 0.08 else one(MAKERS[sort])
    in_cloud = sort in ("saas", "iaas") or sort != "device" and chance.random() < 0.3
    cloud = one(list(CLOUDS)) if in_cloud else None
    if cloud:
        where_data = one(CLOUDS[cloud])
    else:
        where_data = f"{one(AREAS)}, room {number % 40 + 1}" if sort == "device" else one(SITES)
    encryption = one(ENCRYPTION)
    if encryption == "unencrypted":
        custody = "undecided"
    elif encryption == "unknown":
        custody = one(["undecided", "undecided", "provider-managed"])
    else:
        custody = one(IN_CLOUD if cloud else ON_SITE)

    same = False
    if custody == "provider-managed":
        same = chance.random() < 0.3
        where_key = f"key service of {cloud}, run by the provider" if cloud else "The vendor's own, place not told"
    elif custody == "byok":
        same = chance.random() < 0.1
        where_key = f"key service of {cloud}, account riverbend-keys"
    elif custody == "customer-managed":
        same = chance.random() < 0.12
        where_key = one(MODULES)
    elif custody == "external":
        where_key = one(MANAGERS)
    else:
        where_key = "none"
    if same:
        where_key = other_spelling(chance, where_data)

    row = dict.fromkeys(SYSTEMS, "none")
    if custody != "undecided":
        row |= {column: one(ANSWERS[custody][column]) for column in WORKSHEET}
        row |= {"because": one(BECAUSE[custody]), "approver": one(APPROVERS)}
        # A decision is looked at again within two years; one in eight is late, some have no day at all.
        late, ahead = chance.randint(-200, -1), chance.randint(0, 700)
        row["review"] = day(one([late] + [ahead] * 7)) if chance.random() < 0.9 else "none"
    elif chance.random() < 0.3:
        row["risk"] = one(["Nobody has looked yet.", 'Asked the vendor, "soon" was the answer.'])
    if chance.random() < 0.1:
        name = longer(name)
        row["risk"] = longer(row["risk"]) if row["risk"] != "none" else "none"
    # Either who made it or who runs it is the business associate. Pellandrine never signed, and some are forgotten.
    associate = vendor if vendor != "none" and chance.random() < 0.5 else cloud or vendor
    row |= {
        "id": f"{sort}-{number}", "name": name, "sort": sort, "owner": one(OWNERS), "vendor": vendor,
        "data": one(DATA[sort]), "where-data": where_data, "where-key": where_key,
        "accepted": one(ACCEPTED) if same else "none", "encryption": encryption, "custody": custody,
        "key": "a key" if chance.randrange(20) < NAMES_KEY[custody] else "none",
        "agreement": AGREEMENT_OF.get(associate, "none") if chance.random() < 0.9 else "none",
    }
    return row


def systems(many, pool):
    chance, used = random.Random("riverbend systems"), 0
    by_hand = named()
    for number in range(1, many + 1):
        row = by_hand[number - 1] if number <= len(by_hand) else some_system(chance, number)
        if row["key"] != "none":
            row["key"] = pool[used % len(pool)] if pool else "none"
            used += 1
        yield row


def agreements():
    rows = [
        # Ended on a leap day, so that six years later there is no such day.
        ("BAA-AWS-1", "aws", "aws", "them them them them them", 72, "no", "2020-03-01", "2024-02-29"),
        ("BAA-AWS-2", "aws", "aws", "us them us us both", 24, "yes", "2024-03-01", "none"),
        ("BAA-AZURE", "azure", "azure", "us both us us us", 48, "yes", "2023-12-08", day(7)),
        # The only one with google, and over: systems still name it.
        ("BAA-GOOGLE", "google", "google", "both them them nobody them", 72, "yes", "2022-06-01", "2025-05-31"),
        ("BAA-OTHER", "Kestrune Hosting, a cloud", "other", "us them us us both", 60, "no", "2023-12-31", day(30)),
        # Over for six years to the day.
        ("BAA-OTHER-0", "Kestrune Hosting, a cloud", "other", "them them nobody nobody them", 1440, "no", "2017-12-01",
         "2020-11-30"),
        ("BAA-HALVREN", HALVREN, "none", "us us us us us", 24, "yes", "2021-12-01", day(0)),
        ("BAA-OBRISK", OBRISK, "none", "them them them nobody them", 72, "no", "2023-12-09", day(8)),
        ("BAA-TESSALUNE", TESSALUNE, "none", "us us both us us", 48, "yes", "2024-01-01", day(31)),
        ("BAA-QUORVEX", QUORVEX, "none", "them them nobody nobody nobody", 240, "no", "2024-03-01", day(90)),
        ("BAA-MIREFOLD", MIREFOLD, "none", "both them them them both", 24, "yes", "2024-03-02", day(91)),
        ("BAA-BRANNOCH", BRANNOCH, "none", "them them them nobody them", 72, "no", "2023-11-30", day(-1)),
        ("BAA-VELKARITH", VELKARITH, "none", "us us us us us", 36, "yes", "2025-02-28", "2029-02-28"),
        ("BAA-ZYNDREL", ZYNDREL, "none", "them them them them them", 72, "yes", "2026-01-15", "none"),
    ]
    for id_, party, provider, who, hours, logs, signed, expires in rows:
        yield dict(zip(AGREEMENTS, [id_, party, provider, *who.split(), hours, logs, signed, expires]))


def policies():
    ciso, official, head = "O. Tabrickson, CISO", "T. Quillmarch", "Dr. É. Vasshöld"
    rows = [
        # One policy and its versions: two are over, one of them on a leap day, and one is approved and begins later.
        ("key-management-1", "Key management", "1", ciso, "2014-01-01", "2016-01-01", "2020-11-30", "none"),
        ("key-management-2", "Key management", "2.10", ciso, "2020-11-30", "2023-12-01", "2024-02-29", "byok-aws destroy"),
        ("key-management-3", "Key management", "3", ciso, "2024-02-29", day(60), "none",
         "byok-aws byok-azure byok-google byok-other rotate destroy"),
        ("key-management-4", "Key management, with managed HSMs", "4 (draft 2)", ciso, day(32), day(760), "none",
         "managed-hsm-security-domain managed-hsm-quorum-test"),
        ("backup", 'Backup and "restore" of keys', "2026-01", official, "2026-01-15", day(46), "none",
         "drill check-shares recover"),
        # Reviews the day before and the day itself: late, and not late.
        ("media", "Media: use, move, disposal", "1.4", official, "2023-11-29", day(-1), "none", "medium destroy decommission"),
        ("custodians", "Custodians, their bags and their absence", "2", official, "2024-11-30", day(0), "none",
         "custody-check bag-moved leaver change-custodian"),
        ("incident", "Quand une clé est compromise", "5", head, "2025-07-01", "2025-12-31", "none", "compromise break-glass"),
        ("emergency", longer("Emergency access to encrypted records"), "1", head, "2026-06-01", "2027-06-01", "none",
         "break-glass"),
        # Over, and its review was late: no longer anybody's worry.
        ("paper", "הדפסה של גיליונות (paper sheets)", "1", official, "2019-02-01", "2021-02-01", "2022-12-31", "none"),
        ("cloud", "Clouds, and who may hold what in them", "0.9", ciso, "2026-11-30", "2028-11-30", "none", "none"),
    ]
    for id_, title, version, approver, effective, review, ended, scripts in rows:
        digest = hashlib.sha256(f"{title}\n{version}\n".encode()).hexdigest()
        yield dict(zip(POLICIES, [id_, title, version, digest, approver, effective, review, ended, scripts]))


# Whether a citation is addressable: such a one may be met by an alternative, or left undone with a reason (164.306(d)).
A_FEW = {
    "164.308(a)(1)(ii)(A)": False, "164.308(a)(5)(ii)(D)": True, "164.308(a)(7)(ii)(A)": False,
    "164.308(a)(7)(ii)(D)": True, "164.310(a)(2)(iv)": True, "164.310(d)(2)(i)": False, "164.312(a)(2)(i)": False,
    "164.312(a)(2)(iii)": True, "164.312(a)(2)(iv)": True, "164.312(b)": False, "164.312(e)(2)(ii)": True,
    "164.316(b)(2)(i)": False,
}


def citations():
    """Those that the program knows, so that what is written here can be imported whatever its list is."""
    known = pathlib.Path(__file__).resolve().parents[2] / "crates/estate/data/safeguards.csv"
    if not known.exists():
        return A_FEW
    with open(known, encoding="utf-8-sig", newline="") as file:
        return {row["citation"]: row.get("sort") == "addressable" for row in csv.DictReader(file)}


REASONS = {
    "done": ["As the policy asks, seen at the last walk-through.", 'Done "everywhere", ward by ward.'],
    "alternative": ["The devices cannot, and their makers will not.", "Too slow at the bedside, says the risk analysis."],
    "not-done": ["Not reasonable for two devices that leave service in March.", "Risk is low, see the analysis, row 31."],
}
ALTERNATIVES = ["Locked rooms, and a log of who goes in.", "A network of their own, watched."]
EVIDENCE = ["Risk analysis 2026, chapter 3", "none", 'Binder 2, tab "keys"', "Procès-verbal du comité, point 6",
            "סריקה של 12 בספטמבר"]


def safeguards():
    for citation, addressable in citations().items():
        # A chance of its own, so that a citation that joins the list changes no other row.
        chance = random.Random(f"riverbend {citation}")
        may = ["done"] * 6 + ["undecided"] + (["alternative", "alternative", "not-done"] if addressable else [])
        row = dict.fromkeys(SAFEGUARDS, "none") | {"citation": citation, "decision": chance.choice(may)}
        if row["decision"] != "undecided":
            row |= {"reason": chance.choice(REASONS[row["decision"]]), "by": day(-chance.randint(10, 700)),
                    "evidence": chance.choice(EVIDENCE)}
        if row["decision"] == "alternative":
            row["alternative"] = chance.choice(ALTERNATIVES)
        yield row


def write(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def main():
    asked = argparse.ArgumentParser(description="Writes the registers of a hospital that is made up.")
    asked.add_argument("out", type=pathlib.Path)
    asked.add_argument("--systems", type=int, default=120)
    asked.add_argument("--keys", type=pathlib.Path)
    asked = asked.parse_args()
    pool = asked.keys.read_text(encoding="utf-8").split() if asked.keys else []
    if asked.keys and not pool:
        raise SystemExit(f"make.py: no check value in {asked.keys}")
    asked.out.mkdir(parents=True, exist_ok=True)
    write(asked.out / "systems.csv", SYSTEMS, systems(asked.systems, pool))
    write(asked.out / "agreements.csv", AGREEMENTS, agreements())
    write(asked.out / "policies.csv", POLICIES, policies())
    write(asked.out / "safeguards.csv", SAFEGUARDS, safeguards())


if __name__ == "__main__":
    main()
